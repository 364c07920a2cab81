"""Twin of proxy/mirror/rewrite/upgrades.py."""

from collections.abc import Mapping

import pytest

from proxy.errors import SettingsError
from proxy.mirror.rewrite.upgrades import (
    Upgrades,
    attributes,
    candidates_of,
    octets_of,
    tag_of,
)
from proxy.mirror.scan import scan
from proxy.model.picture import Facts, Format
from proxy.settings import Access, Preset, Settings

FACTS = Facts(format=Format.JPEG, width=800, height=1200, orientation=6)  # upright: 1200 × 800
INFO = {"alpha": False, "dominant": "#112233"}


class Knows:
    """Knows of one picture."""

    def facts_of(self, source: str) -> Facts | None:
        """Return the facts."""
        return FACTS if source == "known" else None

    def info_of(self, source: str) -> Mapping[str, object] | None:
        """Return the info."""
        return INFO if source == "known" else None


def address(made: str) -> str | None:
    return None if made == "none" else f"//i/{made}?known"


ALL = Upgrades(
    dimensions=True,
    lazy=True,
    placeholder=True,
    candidates=(("s", 480), ("none", 500), ("l", 1200)),
)
SRCSET = ' srcset="//i/s?known 480w, //i/?known 1200w"'
LAZY = ' loading="lazy" decoding="async"'
STYLE = ' style="background:#112233"'


@pytest.mark.parametrize(
    ("said", "gained"),
    [
        pytest.param(
            {},
            f' width="1200" height="800"{SRCSET} sizes="(max-width: 1200px) 100vw, 1200px"'
            f"{LAZY}{STYLE}",
            id="nothing is said",
        ),
        pytest.param(
            {"width": "600"},
            f' height="400"{SRCSET} sizes="(max-width: 600px) 100vw, 600px"{LAZY}{STYLE}',
            id="a width: the height follows",
        ),
        pytest.param(
            {"height": "80px", "srcset": "", "style": "", "loading": "eager"},
            ' width="120" decoding="async"',
            id="a height, and most of it",
        ),
        pytest.param(
            {"width": "50%", "srcset": "a", "loading": "", "decoding": ""},
            STYLE,
            id="a width of the page",
        ),
        pytest.param(
            {"width": "9", "height": "9", "srcset": "", "loading": "", "decoding": "", "style": ""},
            "",
            id="all is said",
        ),
        pytest.param(
            {"sizes": "50vw", "width": "1", "height": "1"},
            f"{SRCSET}{LAZY}{STYLE}",
            id="sizes without a srcset stay",
        ),
    ],
)
def test_only_what_is_absent_is_gained(said: dict[str, str], gained: str) -> None:
    assert attributes(said, "known", upgrades=ALL, known=Knows(), address=address) == gained


def test_of_what_is_not_kept_nothing_is_told() -> None:
    assert attributes({}, "other", upgrades=ALL, known=Knows(), address=address) == LAZY


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        pytest.param(
            '中<IMG alt="a>b" src="http://h/a" x>', '<IMG alt="a>b" src="http://h/a"', id="quotes"
        ),
        pytest.param(
            "<img src= ' http://h/a ' x>", "<img src= ' http://h/a '", id="blanks in quotes"
        ),
        pytest.param("<p><img src=http://h/a\nx>", "<img src=http://h/a", id="no quotes"),
        pytest.param("<img\r\nsrc='http://h/a'\r\n>", "<img\r\nsrc='http://h/a'", id="CRLF"),
        pytest.param("<img alt='<img' src='http://h/a'>", "src='http://h/a'", id="a tag in a tag"),
        pytest.param(
            "<p title='<img src=x'><img src='http://h/a'>",
            "src='http://h/a'",
            id="a tag in another",
        ),
    ],
)
def test_the_tag_around_an_address(text: str, behind: str) -> None:
    document = text.encode()
    *_, reference = scan(document, post="p.html", settings=Settings()).references
    tag = tag_of(octets_of(document), reference)
    assert tag is not None
    assert document[: tag.end].decode().endswith(behind)
    assert "src" in tag.said


def test_a_tag_over_lines_of_a_quote_is_none() -> None:
    document = b'> <img\n> src="http://h/a">'
    (reference,) = scan(document, post="p.md", settings=Settings()).references
    assert tag_of(octets_of(document), reference) is None


NARROW = {"small": Preset(width=320), "thumbnail": Preset(width=400, height=300)}
OPEN = Settings(presets=NARROW, access=Access(options=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("480, small", (("small", 320), ("w=480", 480))),
        ("320", (("small", 320),)),
    ],
)
def test_candidates(text: str, expected: tuple[tuple[str, int], ...]) -> None:
    assert candidates_of(text, OPEN, static=False) == expected


@pytest.mark.parametrize(
    ("text", "chosen", "static"),
    [
        pytest.param("480", Settings(presets=NARROW), False, id="only presets may be asked"),
        pytest.param("480", OPEN, True, id="an export has only presets"),
        pytest.param("thumbnail", OPEN, False, id="a preset that cuts"),
        pytest.param("nothing", OPEN, False, id="no preset"),
        pytest.param("0", OPEN, False, id="no width"),
    ],
)
def test_candidates_nobody_can_ask_for(text: str, chosen: Settings, static: bool) -> None:  # noqa: FBT001  # a table's column
    with pytest.raises(SettingsError, match=f"--srcset: '{text}' is no picture to ask for"):
        candidates_of(text, chosen, static=static)
