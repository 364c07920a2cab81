"""Which dialect an address is in, whichever are read; and that no address is too odd for them.

A fraction of full size as tests; ``make prove`` sets PROVE_ADDRESSES and shows the figures.
"""

import os
import random
import time
from collections import Counter
from itertools import combinations

import pytest

from proxy import dialects
from proxy.errors import AskError, BadAddress, NotFound
from proxy.model.headers import Headers
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.settings import Dialects, Preset, Settings

ALL = tuple(dialect.name for dialect in dialects.DIALECTS)
SIGNATURE = "m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavc"
BASE64 = "aHR0cDovL2V4YW1wbGUuY29tL2ltYWdlLmpwZw"
OWN_NAME = ("Host", "i0.wp.com")

# Address → the dialects that read it, in their order. What none of them is enabled for is read by
# nobody; the first that is enabled reads it.
READ_BY = {
    "/?http://h/x.jpg": ("wrapped",),
    "/?https%3A%2F%2Fh%2Fx.jpg": ("wrapped",),
    "/thumbnail/?http://h/x.jpg": ("wrapped",),
    "/w=480,f=webp/?http://h/x.jpg": ("wrapped",),
    "/?url=h/x.jpg&w=480": ("weserv",),
    "/?w=300&url=https%3A%2F%2Fh%2Fx.jpg": ("weserv",),
    "/cdn-cgi/image/width=480/http://h/x.jpg": ("cloudflare",),
    "/cdn-cgi/image/fit=scale-down,w=1920,f=auto/http://h/x.png?v=2": ("cloudflare",),
    "/photon/h.example/x.jpg?w=300": ("photon",),
    "/photon/h.example/plain/x.jpg?resize=30,20": ("photon",),
    f"/{SIGNATURE}/rs:fit:300:300/plain/http://h/x.jpg": ("imgproxy",),
    f"/{SIGNATURE}/{BASE64}": ("imgproxy", "willnorris"),
    "/_/plain/http://h/x.jpg@png": ("imgproxy",),
    "/_/w:200/dpr:2/plain/http://h/x.jpg%3Fa=1": ("imgproxy",),
    "/insecure/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdlLmpwZw.png": ("imgproxy",),
    f"/unsafe/{BASE64}": ("imgproxy", "willnorris"),
    "/480x/http://h/x.jpg": ("willnorris",),
    "/200x,q60/http://h/x?id=1": ("willnorris",),
    "/200x,q60/http://h.example/?url=http://g/": ("willnorris",),
    "/x/http%3A%2F%2Fh%2F%3Fid%3D1": ("willnorris",),
    f"/100x200/{BASE64}": ("willnorris",),
    f"/{'100x150,cw40,sc,q60,png,r90,fit,fv,x'.ljust(43, 'x')}/{BASE64}": ("willnorris",),
    "//http://h/x.jpg": ("willnorris",),
    "/http://h/x.jpg": ("cors-anywhere", "willnorris"),
    "/http:/h/x.jpg": ("cors-anywhere", "willnorris"),
    "/https://h.example/x.jpg?a=1": ("cors-anywhere", "willnorris"),
    "/https://h.example/x.jpg?url=http://g/&w=1": ("cors-anywhere", "willnorris"),
    "/h.example/x.jpg": ("cors-anywhere",),
    "/h.example:443/w:200/x.jpg?w=300": ("cors-anywhere",),
    "/image.woshipm.com/wp-files/2021/11/x.jpg": ("cors-anywhere",),
    "/h.example/plain/http://g/x.jpg": ("cors-anywhere",),
    "/h.example/http://g/x.jpg": ("willnorris", "cors-anywhere"),
    "/": (),
    "/favicon.ico": (),
    "/thumbnail/": (),
    "/h.example": (),
    "/x/../y": (),
    "/?h/x.jpg": (),
    "/?a=1&b=2": (),
}
SETS = [chosen for count in (1, 2, len(ALL)) for chosen in combinations(ALL, count)]


def settings_of(enabled: tuple[str, ...]) -> Settings:
    return Settings(
        presets={"thumbnail": Preset(width=400, height=300), "thumb": Preset(width=40)},
        dialects=Dialects.model_validate({"enabled": enabled, "base": "http://h.example/"}),
    )


def read_by(target: str, settings: Settings, *fields: tuple[str, str]) -> Order:
    return dialects.read(Request(method="GET", target=target, headers=Headers(fields)), settings)


@pytest.mark.parametrize("enabled", SETS, ids=" ".join)
def test_no_address_is_mistaken_for_anothers(enabled: tuple[str, ...]) -> None:
    settings = settings_of(enabled)
    for target, readers in READ_BY.items():
        able = [name for name in readers if name in enabled]
        if able:
            assert read_by(target, settings).dialect == able[0], target
        else:
            with pytest.raises(BadAddress if "?" in target else NotFound):
                read_by(target, settings)


@pytest.mark.parametrize("enabled", [set_ for set_ in SETS if "photon" in set_], ids=" ".join)
def test_on_a_name_of_its_own_all_paths_are_photons(enabled: tuple[str, ...]) -> None:
    settings = settings_of(enabled)
    for target in ("/h.example/x.jpg", "/h.example/x.jpg?w=300", "/h.example/plain/w:1/x.jpg"):
        assert read_by(target, settings, OWN_NAME).dialect == "photon", target
    if "wrapped" in enabled:
        assert read_by("/?http://h/x", settings, OWN_NAME).dialect == "wrapped"


# Addresses out of thin air.
ADDRESSES = int(os.environ.get("PROVE_ADDRESSES", "4000"))  # `make prove`: 100000
EXAMPLES = (
    *READ_BY,
    "/?url=https://h/x.jpg&w=300&h=200&fit=cover&a=attention",
    "/?url=h/x.png&w=300&h=300&fit=contain&cbg=fff&we",
    "/?url=h/a.gif&h=300&n=-1&output=webp",
    "/?url=h/x.jpg&w=50%25&q=200&foo=1",
    "/?url=h/none.jpg&default=h2/p.png",
    "/?url=h/x.jpg&crop=10,20,30,40&trim=10&ro=45&blur=3&sharp=1,2,3&con=10&mod=1,2,90&filt=sepia",
    "/cdn-cgi/image/w=900,h=420,fit=cover,g=0.5x0.33/http://h/x.jpg",
    "/cdn-cgi/image/format=json/http://h/x.jpg",
    "/cdn-cgi/image/trim=20;30;20;0,w=200,background=%23ff0000,rotate=90,flip=hv/uploads/a.jpg",
    "/cdn-cgi/image//http://h/x.jpg",
    "/_/c:400:300:nowe:10:0.2/t:10:fff/pd:1:2:3/rot:90/fl:1:1/bg:1:2:3/bl:2/sh:1/plain/http://h/x",
    "/_/pr:thumb/q:50/fq:webp:60:jpeg:70/mb:9999/exp:1577836800/cb:1/z:1.5/dpr:2/plain/http://h/x@avif",
    "/_/rs:fit:300:200:1:1:fp:0.5:0.3/exar:1/kcr:1/scp:0/raw:0/plain/http:/h/x",
    "/cx175,cy-0.25,cw400,ch300,100x,trim,sc,r270,fv,fh,q60,png,vu1800000000,sAbC=/http://h/x.jpg",
    "/photon/h.example/x.jpg?w=300&ssl=1&crop=10px,20px,30px,40px&zoom=2&filter=grayscale&q=a%3D1",
    "/thumbnail,dpr=2,crop=400:50p:1:2,g=focal-0.5x0.3,trim=10:ffffff,pad=1:2:3:4/?http://h/x",
    "/info,w=480,auto=dpr:width,s=" + SIGNATURE + "/?https://cors.zfour.workers.dev/?http://h/x",
)
PIECES = (
    *(
        "/",
        "//",
        "?",
        "&",
        "=",
        ":",
        ",",
        ";",
        "@",
        "%",
        "#",
        "+",
        ".",
        "-",
        "_",
        "~",
        "\\",
        "|",
        "\x00",
    ),
    *(
        "%2F",
        "%3A",
        "%3F",
        "%25",
        "%00",
        "%0d%0a",
        "%ff",
        "%E4%BD%A0",
        "%252F",
        "%zz",
        "你",
        "\udcff",
    ),
    *(
        "http://",
        "https:/",
        "ftp://",
        "HTTP://",
        "http%3A%2F%2F",
        "/plain/",
        "url=",
        "&url=",
        "enc/",
    ),
    *("0", "-1", "1e9", "0.5", "nan", "inf", "9" * 40, "١", "²", "0x10", "1_0", "x" * 300, "", " "),
    *(
        "w=",
        "w:",
        "rs:",
        "fit",
        "pr:",
        "sm",
        "fp:",
        "g=",
        "px",
        "p",
        "auto",
        "true",
        "s",
        "vu",
        "cx",
    ),
    *(
        "[::1]",
        "127.0.0.1",
        "localhost",
        "user:pw@",
        ":0",
        ":99999",
        ".example",
        "xn--",
        "i0.wp.com",
    ),
    *("/photon/", "/cdn-cgi/image/", "/_/", "/insecure/", "/200x/", "/thumbnail/", "/info/", "/-/"),
)


def mutated(chance: random.Random) -> str:
    """Return an example that something has happened to, mostly once."""
    text = chance.choice(EXAMPLES)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randint(0, len(text))
        to = min(len(text), at + chance.choice((0, 1, 1, 2, 5, 20)))
        match chance.randrange(6):
            case 0 | 1:
                text = text[:at] + chance.choice(PIECES) + text[to:]
            case 2:
                text = text[:at] + text[to:]
            case 3:
                text = text[:at] + text[at:to] * chance.choice((2, 3, 30)) + text[to:]
            case 4:
                other = chance.choice(EXAMPLES)
                text = text[:at] + other[chance.randint(0, len(other)) :]
            case _:
                text = text[:at] + chr(chance.randrange(0x21, 0x250)) + text[to:]
    return f"/{text}"[:16_384] if not text.startswith("/") else text[:16_384]


def outcome(target: str, settings: Settings, *fields: tuple[str, str]) -> str:
    """Return the dialect of what is read, or the refusal's slug; all else is a bug and comes out.

    What was read is written again in every dialect: that refuses nothing.
    """
    try:
        order = read_by(target, settings, *fields)
    except AskError as refusal:
        return refusal.slug()
    for dialect in dialects.DIALECTS:
        dialect.write(order)
    return order.dialect


@pytest.mark.slow
def test_no_address_is_too_odd() -> None:
    """Anything is read as an Order or refused by an AskError, in bounded time."""
    chance = random.Random(2021)  # noqa: S311  # the same addresses every time
    settings = settings_of(ALL)
    tally: Counter[str] = Counter()
    slowest, began = (0.0, ""), time.perf_counter()
    for _ in range(ADDRESSES):
        target = mutated(chance)
        fields = (OWN_NAME,) if chance.random() < 0.1 else ()
        asked = time.perf_counter()
        tally[outcome(target, settings, *fields)] += 1
        slowest = max(slowest, (time.perf_counter() - asked, target))
    spent = time.perf_counter() - began
    assert tally.total() == ADDRESSES
    assert set(ALL) <= tally.keys(), "every dialect has read some"
    assert slowest[0] < 1.0, slowest
    print(f"\n{ADDRESSES} addresses in {spent:.1f} s, slowest {slowest[0] * 1000:.0f} ms: {tally}")  # noqa: T201  # the figures of issue 4, number 2
