"""Media types, upright sizes, and the one way to print a variant."""

from dataclasses import replace

import pytest

from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import Fit, Output, Transform

VARIANT = Variant(
    transform=Transform(width=400, height=300, format=Output.AUTO),
    format=Format.WEBP,
    quality=80,
)


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        pytest.param(Format.JPEG, "image/jpeg", id="a format by its name"),
        pytest.param(Format.ICO, "image/x-icon", id="an icon by the name browsers know"),
        pytest.param(Format.SVG, "image/svg+xml", id="a drawing by its registered name"),
    ],
)
def test_media_type(form: Format, media_type: str) -> None:
    assert form.media_type == media_type


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright(orientation: int) -> None:
    facts = Facts(format=Format.JPEG, width=30, height=20, orientation=orientation)
    assert facts.upright == ((30, 20) if orientation < 5 else (20, 30))


def test_canonical() -> None:
    assert VARIANT.canonical() == "w=400,h=300;webp;q=80"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(VARIANT, quality=81), id="quality"),
        pytest.param(replace(VARIANT, format=Format.AVIF), id="format"),
        pytest.param(replace(VARIANT, transform=Transform(width=401, height=300)), id="width"),
        pytest.param(
            replace(VARIANT, transform=Transform(width=400, height=300, fit=Fit.INSIDE)), id="fit"
        ),
    ],
)
def test_each_choice_is_printed(other: Variant) -> None:
    assert other.canonical() != VARIANT.canonical()
