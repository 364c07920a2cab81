"""What the measuring of engines came to, as tables, and what of it is below issue 4's figures."""
# a folder of programs

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

FORMS = ("jpeg", "webp")
SAME_SSIM, SAME_BYTES = 0.005, 0.05
AT_LEAST, ON_AVERAGE = 0.8, 0.95  # of sharp: on each, on the geometric mean
TWO_OF_ONE = {"JPEG 900×420": 1.15, "JPEG 12 MP": 1.6, "PNG 2000×1500": 1.6}


@dataclass(slots=True)
class Line:
    """What one setup did with one source and format."""

    setup: str
    source: str
    form: str
    quality: int
    ssim: float
    n_bytes: int
    seconds: list[float] = field(default_factory=list)  # of one picture, by round
    peak_bytes: int = 0

    @property
    def speed(self) -> float:
        """Return the pictures a second: the median of the rounds."""
        return 1 / statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Return how far the middle half of the rounds lies apart, as a share of the median."""
        first, middle, third = statistics.quantiles(self.seconds, n=4)
        return (third - first) / middle


def ratio(lines: list[Line], one: Line, setup: str) -> float:
    """Return one line's speed as a share of another setup's on the same source and format."""
    (other,) = (
        line
        for line in lines
        if (line.setup, line.source, line.form) == (setup, one.source, one.form)
    )
    return one.speed / other.speed


def report(lines: list[Line], two: Mapping[tuple[str, str], float]) -> str:
    """Return the tables, in Markdown."""
    written = ["# Thumbnails, 400 × 300 cover: pictures a second of one processor", ""]
    written += ["| source | to | engine | quality | SSIM | bytes | a second | spread | of sharp |"]
    written[-1] += " peak MB |"
    written += ["|---|---|---|--:|--:|--:|--:|--:|--:|--:|"]
    for line in lines:
        ours = next(
            o for o in lines if (o.source, o.form, o.setup) == (line.source, line.form, "ours")
        )
        share = line.n_bytes / ours.n_bytes - 1
        mark = "" if abs(share) <= SAME_BYTES and abs(line.ssim - ours.ssim) <= SAME_SSIM else " ✗"
        written.append(
            f"| {line.source} | {line.form} | {line.setup} | {line.quality} | {line.ssim:.4f} "
            f"| {line.n_bytes} ({share:+.1%}){mark} | {line.speed:.1f} | {line.spread:.0%} "
            f"| {ratio(lines, line, 'sharp'):.2f} | {line.peak_bytes / 1e6:.0f} |"
        )
    written += ["", "✗: not within 5 % of our bytes at an SSIM within 0.005.", ""]
    for setup in dict.fromkeys(line.setup for line in lines):
        means = [f"{form} {mean(lines, setup, form):.2f}" for form in FORMS]
        written.append(f"- {setup}, geometric mean of sharp: {', '.join(means)}")
    written += [
        "",
        "| two presets of one decode | to | times faster than of two |",
        "|---|---|--:|",
    ]
    written += [f"| {source} | {form} | {times:.2f} |" for (source, form), times in two.items()]
    return "\n".join(written) + "\n"


def mean(lines: list[Line], setup: str, form: str) -> float:
    """Return the geometric mean of a setup's ratios to sharp."""
    found = [line for line in lines if (line.setup, line.form) == (setup, form)]
    return statistics.geometric_mean([ratio(lines, line, "sharp") for line in found] or [1.0])


def short(lines: list[Line], two: Mapping[tuple[str, str], float]) -> list[str]:
    """Return what is below the figures of issue 4."""
    ours = [line for line in lines if line.setup == "ours"]
    said = [(f"{one.source} to {one.form}", ratio(lines, one, "sharp"), AT_LEAST) for one in ours]
    said += [(f"{form} on average", mean(lines, "ours", form), ON_AVERAGE) for form in FORMS]
    said += [
        (f"two of one {source} to {form}", times, TWO_OF_ONE.get(source, 0.0))
        for (source, form), times in two.items()
    ]
    return [f"{what}: {found:.2f}, not {least}" for what, found, least in said if found < least]
