"""What a picture should be: scaled in floating point by Lanczos, and how far another one is off.

Nothing here is shared with an engine that is judged by it, but for the decoders of the originals.
"""
# a folder of programs

from io import BytesIO

import numpy as np
from PIL import Image
from scipy.sparse import csr_array
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import structural_similarity

Pixels = np.ndarray  # float64, (height, width, bands), 0 to 255

_LOBES = 3
_LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601


def pixels(data: bytes) -> Pixels:
    """Return a picture's pixels in RGB; what is clear lies on white."""
    with Image.open(BytesIO(data)) as image:
        clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return np.asarray(Image.alpha_composite(white, clear).convert("RGB"), dtype=np.float64)


def cover(original: Pixels, width: int, height: int) -> Pixels:
    """Return the centred part with the box's ratio, scaled to the box."""
    rows, columns, _ = original.shape
    scale = min(columns / width, rows / height)
    across = _lanczos(columns, width, (columns - width * scale) / 2, scale)
    down = _lanczos(rows, height, (rows - height * scale) / 2, scale)
    return _apply(original, across, down)


def covers(original: Pixels, width: int, height: int) -> list[Pixels]:
    """Return what may be meant by a cover: the centred part; or all scaled, then cut by pixels.

    libvips does the latter: its part may be half a pixel off, which is no fault.
    """
    rows, columns, _ = original.shape
    scale = min(columns / width, rows / height)
    whole = fit(original, round(columns / scale), round(rows / scale))
    spare_x, spare_y = whole.shape[1] - width, whole.shape[0] - height
    corners = {(x, y) for x in _halves(spare_x) for y in _halves(spare_y)}
    cuts = [whole[y : y + height, x : x + width] for x, y in sorted(corners)]
    return [cover(original, width, height), *cuts]


def fit(original: Pixels, width: int, height: int) -> Pixels:
    """Return the whole picture scaled to exactly this size."""
    rows, columns, _ = original.shape
    across = _lanczos(columns, width, 0.0, columns / width)
    return _apply(original, across, _lanczos(rows, height, 0.0, rows / height))


def psnr_db(found: Pixels, wanted: Pixels) -> float:
    """Return the peak signal-to-noise ratio of all bands together, in dB."""
    error = float(np.mean((found - wanted) ** 2))
    return float("inf") if error == 0 else 10 * float(np.log10(255**2 / error))


def ssim(found: Pixels, wanted: Pixels) -> float:
    """Return the structural similarity of the lumas (Wang et al. 2004: Gaussian, sigma 1.5)."""
    return float(
        structural_similarity(
            found @ _LUMA,
            wanted @ _LUMA,
            data_range=255,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    )


def delta_e(found: Pixels, wanted: Pixels) -> Pixels:
    """Return the colour difference of each pixel (CIEDE2000)."""
    difference: Pixels = deltaE_ciede2000(rgb2lab(found / 255), rgb2lab(wanted / 255))
    return difference


def _halves(spare: int) -> tuple[int, int]:
    return spare // 2, (spare + 1) // 2


def _apply(original: Pixels, across: csr_array, down: csr_array) -> Pixels:
    """Return the picture scaled by two matrices of weights, a band at a time."""
    bands = [(across @ (down @ original[:, :, n]).T).T for n in range(original.shape[2])]
    return np.clip(np.stack(bands, axis=2), 0, 255)


def _lanczos(n_in: int, n_out: int, start: float, scale: float) -> csr_array:
    """Return the weights (n_out, n_in) of a line scaled down ``scale`` times from ``start`` on."""
    stretch = max(scale, 1.0)
    centres = start + (np.arange(n_out)[:, None] + 0.5) * scale
    reach = int(np.ceil(_LOBES * stretch)) + 1
    columns = np.floor(centres).astype(int) + np.arange(-reach, reach + 1)
    distance = (columns + 0.5 - centres) / stretch
    there = (np.abs(distance) < _LOBES) & (columns >= 0) & (columns < n_in)
    weights = np.sinc(distance) * np.sinc(distance / _LOBES) * there
    weights /= weights.sum(axis=1, keepdims=True)
    rows = np.broadcast_to(np.arange(n_out)[:, None], columns.shape)
    return csr_array((weights[there], (rows[there], columns[there])), shape=(n_out, n_in))
