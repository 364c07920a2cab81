"""Finds the constants of bench/cmyk_profile.py; prints them, and how far the model is off.

    python bench/cmyk_fit.py       (needs numpy and pyvips[binary]; half a minute)

Measured: a regular chart of 709 patches, through libvips's built-in CMYK profile ("Chemical proof",
Graeme Gill, public domain), relative to the paper. Fitted: the 15 colours beside the paper, the
solids weighing thrice, three exponents and a cubic of dot gain an ink, by damped least squares.
Judged: 4,000 other patches at random.
"""

import itertools

import numpy as np
import pyvips

WHITE = np.array([0.9642, 1.0, 0.8249])
INKS = np.array(list(itertools.product([0.0, 1.0], repeat=4)))
LEVELS = (0.0, 0.2, 0.4, 0.7, 1.0)
CHART = np.array(
    [(*cmy, k) for k in (0.0, 0.2, 0.4, 0.6, 0.8) for cmy in itertools.product(LEVELS, repeat=3)]
    + [np.eye(4)[ink] * dot for ink in range(4) for dot in np.linspace(0.0, 1.0, 21)]
)
SOLIDS_WEIGH = 3.0
DELTA = 6 / 29
PAPER = slice(3, 6)  # never moved: white stays white


def measured(chart: np.ndarray) -> np.ndarray:
    """Return the L*a*b* (patches, 3) of CMYK patches (patches, 4; 0 to 1)."""
    row = np.round(chart * 255).astype(np.uint8)[None]
    image = pyvips.Image.new_from_array(row).copy(interpretation="cmyk")
    return image.icc_import(input_profile="cmyk", intent="relative", pcs="lab").numpy()[0] * 1.0


def to_xyz(lab: np.ndarray) -> np.ndarray:
    """Return X, Y, Z for D50."""
    y = (lab[:, 0] + 16) / 116
    root = np.stack([y + lab[:, 1] / 500, y, y - lab[:, 2] / 200], -1)
    return np.where(root > DELTA, root**3, 3 * DELTA**2 * (root - 4 / 29)) * WHITE


def to_lab(xyz: np.ndarray) -> np.ndarray:
    """Return L*a*b* for D50."""
    share = xyz / WHITE
    root = np.where(share > DELTA**3, np.cbrt(share), share / (3 * DELTA**2) + 4 / 29)
    x, y, z = root.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def model(constants: np.ndarray, dots: np.ndarray) -> np.ndarray:
    """Return L*a*b* as bench/cmyk_profile.py has it, of patches (patches, 4)."""
    exponents, gains = constants[:3], constants[51:].reshape(4, 3)
    colours = np.exp(constants[3:51].reshape(16, 3))
    u = 2 * dots - 1
    more = 4 * dots * (1 - dots) * (gains[:, 0] + gains[:, 1] * u + gains[:, 2] * u * u)
    area = np.clip(dots + more, 0, 1)[:, None, :]
    shares = np.where(INKS[None] == 1, area, 1 - area).prod(-1)
    return to_lab(
        np.stack([(shares @ colours[:, b] ** (1 / n)) ** n for b, n in enumerate(exponents)], -1)
    )


def fit() -> np.ndarray:
    """Return the constants: exponents (3), logarithms of X, Y, Z (16 x 3), gains (4 x 3)."""
    chart, solids = measured(CHART), measured(INKS)
    start = np.log(np.maximum(to_xyz(solids), 1e-5)).ravel()
    constants = np.r_[2.0, 2.0, 2.0, start, np.tile([0.1, 0.0, 0.0], 4)]
    free = np.delete(np.arange(len(constants)), PAPER)

    def off(at: np.ndarray) -> np.ndarray:
        beside = SOLIDS_WEIGH * (model(at, INKS) - solids)
        return np.r_[(model(at, CHART) - chart).ravel(), beside.ravel()]

    now, damping = off(constants), 1.0
    for _ in range(40):
        slopes = np.stack([(off(constants + 1e-4 * np.eye(63)[i]) - now) / 1e-4 for i in free], -1)
        step = np.zeros(len(constants))
        square = slopes.T @ slopes + damping * np.eye(len(free))
        step[free] = np.linalg.solve(square, -slopes.T @ now)
        after = off(constants + step)
        if after @ after < now @ now:
            constants, now, damping = constants + step, after, damping / 3
        else:
            damping *= 4
    return constants


def main() -> None:
    """Print the constants as Python, then the distances."""
    found = fit()
    for inks, lab in zip(INKS, model(found, INKS), strict=True):
        name = "".join(ink for ink, used in zip("CMYK", inks, strict=True) if used) or "paper"
        print("    ({:.1f}, {:.1f}, {:.1f}),  # {}".format(*(lab + 0.0), name))
    print("EXPONENTS", found[:3].round(3).tolist())
    print("GAINS", found[51:].reshape(4, 3).round(3).tolist())
    others = np.random.default_rng(1).random((4000, 4))
    for name, dots in (("chart", CHART), ("solids", INKS), ("others", others)):
        far = np.linalg.norm(model(found, dots) - measured(dots), axis=-1)
        print(f"{name}: mean {far.mean():.2f}, 95 % {np.percentile(far, 95):.2f}, {far.max():.2f}")


if __name__ == "__main__":
    main()
