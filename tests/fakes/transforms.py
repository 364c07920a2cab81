"""Transforms out of thin air: every one that can be written, in its normal form."""

from hypothesis import strategies as st

from proxy.model.colour import Colour
from proxy.model.geometry import (
    CENTRE,
    MAX_SIDE,
    NO_EDGES,
    Anchor,
    Crop,
    Edges,
    Focal,
    Gravity,
    Length,
    Share,
    Smart,
)
from proxy.model.transform import Fit, Hint, Output, Transform, Trim

FIXED = tuple(form for form in Output if form not in (Output.AUTO, Output.SAME))


def thousandths(least: float, most: float) -> st.SearchStrategy[float]:
    """Return numbers of at most three decimals."""
    return st.integers(round(least * 1000), round(most * 1000)).map(lambda whole: whole / 1000)


def sides() -> st.SearchStrategy[Length | None]:
    """Return a width or a height to make."""
    return st.none() | st.integers(1, MAX_SIDE) | st.builds(Share, thousandths(0.001, 1000.0))


def colours() -> st.SearchStrategy[Colour]:
    """Return any colour, covering or not."""
    channel = st.integers(0, 255)
    return st.builds(Colour, channel, channel, channel, st.just(255) | channel)


def gravities() -> st.SearchStrategy[Gravity]:
    """Return a place, by name, by shares, or to be looked for."""
    share = thousandths(0.0, 1.0)
    names = st.builds(Anchor, st.sampled_from((0.0, 0.5, 1.0)), st.sampled_from((0.0, 0.5, 1.0)))
    return names | st.builds(Anchor, share, share) | st.builds(Focal, share, share) | _SMART


def crops() -> st.SearchStrategy[Crop]:
    """Return a part of a picture."""
    corner = (
        st.none()
        | st.integers(-MAX_SIDE, MAX_SIDE)
        | st.builds(Share, thousandths(-1000.0, 1000.0))
    )
    side = corner.filter(lambda length: length not in (0, Share(0.0)))
    return st.builds(
        Crop, width=side, height=side, x=corner, y=corner, gravity=st.just(CENTRE) | gravities()
    )


def transforms() -> st.SearchStrategy[Transform]:
    """Return every normal transform within our bounds; simple ones first."""
    edge, factor = st.integers(0, 4096), st.just(1.0) | thousandths(0.0, 100.0)
    quality = st.integers(1, 100)
    trim = st.builds(Trim, tolerance=st.integers(0, 255), colour=st.none() | colours())
    return st.builds(
        Transform,
        trim=st.none() | trim,
        crop=st.none() | crops(),
        mirror=st.booleans(),
        rotate=st.sampled_from((0.0, 90.0, 180.0, 270.0)) | thousandths(0.0, 359.999),
        width=sides(),
        height=sides(),
        fit=st.sampled_from(Fit),
        gravity=gravities(),
        enlarge=st.booleans(),
        cut=st.none() | crops(),
        brightness=factor,
        contrast=factor,
        saturation=factor,
        gamma=st.just(1.0) | thousandths(0.01, 10.0),
        greyscale=st.booleans(),
        blur=st.just(0.0) | thousandths(0.0, 1000.0),
        sharpen=st.just(0.0) | thousandths(0.0, 10.0),
        padding=st.just(NO_EDGES) | st.builds(Edges, top=edge, right=edge, bottom=edge, left=edge),
        bars=st.none() | colours(),
        background=st.none() | colours(),
        format=st.sampled_from(Output),
        quality=st.none() | quality,
        qualities=st.dictionaries(st.sampled_from(FIXED), quality).map(
            lambda pairs: tuple(pairs.items())
        ),
        max_bytes=st.none() | st.integers(1, 1 << 30),
        lossless=st.booleans(),
        progressive=st.booleans(),
        copyright=st.booleans(),
        profile=st.booleans(),
        frame=st.none() | st.integers(0, 65_535),
        hints=st.frozensets(st.sampled_from(Hint)),
    ).map(Transform.normal)


_SMART = st.sampled_from(Smart)
