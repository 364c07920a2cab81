"""Twin of proxy/mirror/places.py."""

import re
from collections.abc import Iterator
from unicodedata import normalize
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects.address import parse_source
from proxy.errors import BadAddress
from proxy.mirror.places import _in_address as in_address
from proxy.mirror.places import static_path

HASH = "~[0-9a-f]{12}"


@pytest.mark.parametrize(
    ("source", "path"),
    [
        pytest.param("http://h.example/2021/11/a.jpg", "h.example/2021/11/a.jpg", id="plain"),
        pytest.param("http://h.example/a.jpeg", "h.example/a.jpeg", id="two names of one type"),
        pytest.param(
            "http://h.example/%E6%B3%A8%E5%86%8C.jpg", "h.example/注册.jpg", id="escaped UTF-8"
        ),
        pytest.param("http://h.example/a.png", "h.example/a.png.jpg", id="the bytes say the type"),
        pytest.param("http://h.example/v1.2/a-1.5.jpg", "h.example/v1.2/a-1.5.jpg", id="dots"),
    ],
)
def test_a_plain_source_lies_where_its_address_says(source: str, path: str) -> None:
    assert static_path(source, None, "image/jpeg") == path
    named = path.removesuffix(".jpg") if path.endswith(".png.jpg") else path
    assert static_path(source, "thumbnail", "image/webp") == f"{named}.thumbnail.webp"


@pytest.mark.parametrize(
    ("source", "form"),
    [
        pytest.param("https://h.example/a.jpg", "h.example/a{}.jpg", id="another scheme"),
        pytest.param("http://h.example:81/a.jpg", "h.example_81/a{}.jpg", id="another port"),
        pytest.param("http://h.example/a.jpg?w=1", "h.example/a{}.jpg", id="a query"),
        pytest.param("http://h.example/A.jpg", "h.example/A{}.jpg", id="capitals"),
        pytest.param("http://h.example/B/a.jpg", "h.example/B/a{}.jpg", id="a folder's capitals"),
        pytest.param("http://h.example/a.JPG", "h.example/a{}.jpg", id="an extension's capitals"),
        pytest.param("http://h.example/a.jpg!custom", "h.example/a{}.jpg", id="a suffix trick"),
        pytest.param("http://h.example/a.png!/both/72x72", "h.example/a.png!/both/72x72{}.jpg",
                     id="a trick with folders"),
        pytest.param("http://h.example/base64-img6162", "h.example/base64-img6162{}.jpg",
                     id="no extension"),
        pytest.param("http://h.example/a~tplv-k3-watermark.image",
                     "h.example/a~tplv-k3-watermark.image{}.jpg", id="a tilde"),
        pytest.param("http://h.example/a.jpg/b.jpg", "h.example/a.jpg_/b{}.jpg",
                     id="a folder that may be a file"),
        pytest.param("http://manifest.json/b.jpg", "manifest.json_/b{}.jpg", id="our manifest"),
        pytest.param("http://h.example/a.thumbnail.jpg", "h.example/a.thumbnail.jpg",
                     id="a name like no preset's"),
        pytest.param("http://h.example/a.jpg.thumbnail.jpg", "h.example/a{}.jpg",
                     id="a name like a preset's"),
        pytest.param("http://h.example/", "h.example/picture{}.jpg", id="no name"),
        pytest.param("http://h.example//a.jpg", "h.example/a{}.jpg", id="an empty folder"),
        pytest.param("http://h.example/con.jpg", "h.example/_con{}.jpg", id="a Windows device"),
        pytest.param("http://h.example/aux/a.jpg", "h.example/_aux/a{}.jpg", id="its folder"),
        pytest.param("http://h.example/.git/a.jpg", "h.example/_git/a{}.jpg", id="a hidden folder"),
        pytest.param("http://h.example/-rf.jpg", "h.example/_rf{}.jpg", id="a shell's option"),
        pytest.param("http://h.example/..%2F..%2Fetc/a.jpg", "h.example/_._.._etc/a{}.jpg",
                     id="escaped slashes"),
        pytest.param("http://h.example/a%00b%0A.jpg", "h.example/a_b_{}.jpg", id="controls"),
        pytest.param("http://h.example/%ff.jpg", "h.example/_{}.jpg", id="no UTF-8"),
        pytest.param("http://h.example/%e6%b3%a8.jpg", "h.example/注{}.jpg", id="another escape"),
        pytest.param("http://h.example/e%CC%81.jpg", "h.example/é{}.jpg", id="another é"),
    ],
)  # fmt: skip
def test_all_others_have_a_hash_in_the_name(source: str, form: str) -> None:
    path = static_path(source, None, "image/jpeg")
    assert re.fullmatch(re.escape(form).replace(r"\{\}", HASH), path), path
    of_preset = static_path(source, "headimg", "image/avif")
    assert of_preset.startswith(path.removesuffix("jpg"))
    assert of_preset.endswith(".headimg.avif")


def test_names_that_are_too_long_are_cut_at_a_character() -> None:
    source = f"http://h.example/{'/'.join(['%E6%B3%A8' * 99] * 9)}/{'%E5%86%8C' * 200}.jpg"
    path = static_path(source, "thumbnail", "image/jpeg")
    *folders, name = path.split("/")
    assert re.fullmatch(rf"册{{53}}{HASH}\.thumbnail\.jpg", name)
    assert len(folders) == 4
    assert set(folders[1:]) == {"注" * 53}
    assert static_path(source, None, "image/tiff").endswith(".tif")
    assert static_path(source, None, "application/x-odd").endswith(".bin")


@pytest.mark.parametrize(
    ("path", "written"),
    [
        pytest.param("h/注.jpg", "h/%E6%B3%A8.jpg", id="beyond ASCII"),
        pytest.param("h/a b#100%~1.jpg", "h/a%20b%23100%25~1.jpg", id="what an address ends at"),
    ],
)
def test_in_address(path: str, written: str) -> None:
    assert in_address(path) == written
    assert unquote(written) == path


# Halves of names and of presets' names, and what file systems hold for the same.
PIECES = ("a", "a", ".", "/", "~", "?", "!", "%", "%2e", "%2F", "%5C", "%25", ".jpg", ".webp",
          "thumbnail", "con", "~0123456789ab", "%C3%9F", "ss", "%C3%A9", "%C4%B1", "i", "%20",
          "%E2%80%8B", "_", "-", "x" * 90)  # fmt: skip
HOSTS = ("h", "h", "h.jpg", "manifest.json", "h:81", "[::1]")
PICTURES = tuple(
    (preset, media_type)
    for preset in (None, "thumbnail", "jpg")
    for media_type in ("image/jpeg", "image/webp", "application/json")
)


def url(text: str) -> str | None:
    """Return an address in the one form stores have it in."""
    try:
        return parse_source(text).url
    except BadAddress:
        return None


def built(host: str, pieces: list[str]) -> str | None:
    return url(f"http://{host}/{''.join(pieces)}.jpg")


URLS = (
    st.builds(built, st.sampled_from(HOSTS), st.lists(st.sampled_from(PIECES), max_size=6))
    | st.text(max_size=9).map(lambda text: built("h", [text]))
).filter(bool)


def neighbours(source: str) -> Iterator[str]:
    """Give addresses that some rule might hold for the same, or put in each other's way."""
    scheme, _, rest = source.partition("://")
    host, _, path = rest.partition("/")
    yield f"https://{rest}"
    yield f"{source}?a"
    yield f"{source}/b.jpg"
    yield f"{source}.jpg"
    stem = path.removesuffix(".jpg")
    written = (f"{stem.upper()}.jpg", path.upper(), path.lower(), stem, path.replace(".", "%2E"))
    for changed in (*written, normalize("NFD", unquote(path)), f"/{path}"):
        yield f"{scheme}://{host}/{changed}"
    for picture in PICTURES:  # the strongest: an address that is another's path
        yield f"http://{in_address(static_path(source, *picture))}"


def same_to_some(path: str) -> str:
    """Return what a file system that folds case and composes accents takes a path for."""
    return normalize("NFKC", normalize("NFKD", path).upper().casefold())


@pytest.mark.slow
@given(URLS)
def test_no_two_sources_meet_and_no_file_is_a_folder(source: str) -> None:
    owners: dict[str, tuple[str, str | None]] = {}
    folders = set()
    for one in {source, *filter(None, map(url, neighbours(source)))}:
        for preset, media_type in PICTURES:
            path = same_to_some(static_path(one, preset, media_type))
            assert owners.setdefault(path, (one, preset)) == (one, preset)
            parts = path.split("/")
            folders |= {"/".join(parts[:n]) for n in range(1, len(parts))}
    assert not folders & {*owners, "manifest.json"}


@given(URLS, st.sampled_from(PICTURES))
def test_every_path_stays_below_the_root_and_is_a_name_everywhere(
    source: str, picture: tuple[str | None, str]
) -> None:
    path = static_path(source, *picture)
    assert path == static_path(source, *picture)
    assert len(path.encode()) < 800
    assert unquote(in_address(path)) == path
    for segment in path.split("/"):
        assert 0 < len(segment.encode()) <= 255
        assert segment[0] not in ".-~ "
        assert segment[-1] not in ". "
        assert segment.isprintable()
        assert not set(segment) & set('<>:"/\\|?*')
        assert segment.partition(".")[0].lower() not in {"con", "aux", "nul", "prn", "com1"}
