"""Equal quality: which setting of another encoder makes a picture as good as ours.

The one whose picture is as like the floating-point reference (SSIM within 0.005), of these the
nearest in bytes.
"""
# a folder of programs

from collections.abc import Callable

from report import SAME_SSIM, Line

_AROUND = 6  # settings on either side of the least that is no worse


def matched(attempt: Callable[[int], Line], ours: Line) -> Line:
    """Return the line of the quality (1 to 100) that is as good as ours."""
    low, high = 30, 100
    while low < high:  # the least quality that is no worse
        middle = (low + high) // 2
        if attempt(middle).ssim >= ours.ssim:
            high = middle
        else:
            low = middle + 1
    near = [
        attempt(quality) for quality in range(max(1, low - _AROUND), min(100, low + _AROUND) + 1)
    ]
    alike = [line for line in near if abs(line.ssim - ours.ssim) <= SAME_SSIM]
    best = min(near, key=lambda line: abs(line.ssim - ours.ssim))
    return min(alike or [best], key=lambda line: abs(line.n_bytes - ours.n_bytes))
