"""Artist and copyright stay, byte for byte; nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.images.rights import rights
from tests.fakes.pictures import exif


def told(found: bytes | None) -> dict[int, object]:
    read = Image.Exif()
    read.load(found or b"")
    return dict(read)


def holding(embedded: object) -> Image.Image:
    image = Image.new("L", (1, 1))
    image.info["exif"] = embedded
    return image


def signed() -> Image.Exif:
    found = exif(6, place=True)
    found[0x013B], found[0x8298] = "Ann", "© 2026 Ann".encode()
    found[0x010F], found[0x9286], found[0xA431] = "camera", "secret", "serial"
    return found


def test_only_artist_and_copyright_stay() -> None:
    found = rights(holding(signed().tobytes()))
    assert told(found) == {0x013B: "Ann", 0x8298: "© 2026 Ann".encode().decode("latin-1")}
    assert found is not None
    assert "© 2026 Ann\0".encode() in found
    assert not {b"camera", b"secret", b"serial"} & {found[at : at + 6] for at in range(len(found))}


@pytest.mark.filterwarnings("ignore")  # Pillow's; the pipeline does so too
@pytest.mark.parametrize(
    "embedded",
    [
        pytest.param(None, id="none"),
        pytest.param(b"", id="empty"),
        pytest.param(b"Exif\0\0", id="a bare head"),
        pytest.param(b"nonsense" * 9, id="nonsense"),
        pytest.param(signed().tobytes()[:40], id="cut short"),
        pytest.param("text", id="of another type"),
        pytest.param(exif(6, place=True).tobytes(), id="without either"),
    ],
)
def test_exif_that_names_nobody_gives_none(embedded: object) -> None:
    assert rights(holding(embedded)) is None


def test_a_long_text_is_cut() -> None:
    found = exif(1)
    found[0x013B] = "x" * 70_000
    assert len(rights(holding(found.tobytes())) or b"") < 1200


@pytest.mark.filterwarnings("ignore")  # Pillow's; the pipeline does so too
@given(st.binary(max_size=200), st.booleans())
def test_hostile_exif_never_fails(data: bytes, little: bool) -> None:  # noqa: FBT001  # drawn
    head = b"Exif\0\0II*\0\x08\0\0\0" if little else b"Exif\0\0MM\0*\0\0\0\x08"
    assert set(told(rights(holding(head + data)))) <= {0x013B, 0x8298}
