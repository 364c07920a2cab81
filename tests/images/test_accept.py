"""Accept header fields as browsers and others send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.images.accept import weight

CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "avif", "webp"),
    [
        pytest.param(None, 0, 0, id="absent"),
        pytest.param("", 0, 0, id="empty"),
        pytest.param("*/*", 0, 0, id="anything names nothing"),
        pytest.param("image/*", 0, 0, id="nor does any picture"),
        pytest.param(CHROME, 1, 1, id="Chrome"),
        pytest.param("image/webp,*/*;q=0.8", 0, 1, id="Firefox before 93"),
        pytest.param("image/avif;q=0.5, image/webp;q=0.9", 0.5, 0.9, id="weights"),
        pytest.param("IMAGE/AVIF ; Q=0.25", 0.25, 0, id="any case, blanks"),
        pytest.param("image/avif;q=0, image/webp;q=0.000", 0, 0, id="refused"),
        pytest.param("image/avif;q=2, image/webp;q=-1", 0, 0, id="no weights at all"),
        pytest.param("image/avif;q=, image/webp;q=nan", 0, 0, id="unreadable weights"),
        pytest.param("image/avif;q=0.1234", 0, 0, id="four digits"),
        pytest.param("image/avif;q=0.1, image/avif;q=0.7", 0.7, 0, id="named twice"),
        pytest.param("image/avif;v=b3;q=0.7", 0.7, 0, id="other parameters"),
        pytest.param("image/avifx, ximage/webp", 0, 0, id="longer names"),
    ],
)
def test_weight(accept: str | None, avif: float, webp: float) -> None:
    assert (weight(accept, "image/avif"), weight(accept, "image/webp")) == (avif, webp)


@given(st.text(alphabet='image/wbpav;,=q01.9 *"\\', max_size=80))
def test_no_text_makes_it_raise(accept: str) -> None:
    assert 0 <= weight(accept, "image/avif") <= 1
