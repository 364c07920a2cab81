"""Twin of proxy/mirror/rewrite/targets.py."""

import pytest

from proxy import dialects
from proxy.errors import SettingsError
from proxy.mirror.rewrite.targets import target_of, with_names
from proxy.mirror.scan import scan
from proxy.model.request import Request
from proxy.settings import Access, Server, Settings

SETTINGS = Settings()
A = "http://h/a.jpg"


def place(source: str, made: str) -> str | None:
    return f"h/a b'{made}.jpg" if source == A else None


@pytest.mark.parametrize(
    ("to", "made", "fragment", "written"),
    [
        ("https://img.example", "", "", "https://img.example/?http://h/a.jpg"),
        ("https://IMG.example:443/", "", "", "https://img.example/?http://h/a.jpg"),
        ("http://127.0.0.1:8080", "headimg", "", "http://127.0.0.1:8080/headimg/?http://h/a.jpg"),
        ("https://img.example", "", "x y", "https://img.example/?http://h/a.jpg#x%20y"),
        ("static:/images", "", "", "/images/h/a%20b%27.jpg"),
        ("static:/images/", "thumbnail", "i", "/images/h/a%20b%27thumbnail.jpg#i"),
        ("static:/", "", "", "/h/a%20b%27.jpg"),
    ],
)
def test_an_address(to: str, made: str, fragment: str, written: str) -> None:
    address = target_of(to, SETTINGS, place).address(A, made, fragment)
    assert address is not None
    assert address.plain == written


@pytest.mark.parametrize("made", ["", "thumbnail", "w=480"])
def test_both_forms_are_read_as_the_same_order(made: str) -> None:
    source = "http://h/it's(1),%E4.jpg?a=1&b=%26"
    address = target_of("https://img.example", SETTINGS, place).address(source, made)
    assert address is not None
    read = [
        dialects.read(
            Request(method="GET", target=form.removeprefix("https://img.example")), SETTINGS
        )
        for form in (address.plain, address.encoded)
    ]
    assert read[0] == read[1]
    assert read[0].source.url == source


def test_what_has_keys_gets_signed_addresses_and_presets_need_none() -> None:
    chosen = Settings(access=Access(keys=("secret",)))
    target = target_of("https://img.example", chosen, place)
    signed, named = target.address(A, ""), target.address(A, "thumbnail")
    assert signed is not None
    assert named is not None
    assert signed.plain.startswith("https://img.example/s=")
    assert signed.plain.endswith("/?http://h/a.jpg")
    assert named.plain == "https://img.example/thumbnail/?http://h/a.jpg"


def test_an_export_does_not_have_what_is_not_kept() -> None:
    assert target_of("static:/images", SETTINGS, place).address("http://h/b", "") is None


@pytest.mark.parametrize(
    "to",
    [
        "img.example",
        "ftp://img.example",
        "https://img.example/x",
        "https://u:p@img.example",
        "static:",
        "static:images",
        "static:/a b",
        "static://host",
    ],
)
def test_what_is_no_target_is_said(to: str) -> None:
    with pytest.raises(SettingsError, match="--to: "):
        target_of(to, SETTINGS, place)


def test_an_address_there_is_known() -> None:
    chosen = with_names(
        Settings(server=Server(names=("old.example",))), ("https://img.example:8", "static:/i", "")
    )
    assert chosen.server.names == ("old.example", "img.example")
    page = b"<img src='https://img.example/?http://h/a.jpg'><img src=/i/a.jpg><img src=//h/b>"
    first, second, third = scan(page, post="p.html", settings=chosen).references
    service, static = (
        target_of(to, chosen, place) for to in ("https://img.example:8", "static:/i")
    )
    assert [service.holds(one) for one in (first, second, third)] == [True, False, False]
    assert [static.holds(one) for one in (first, second, third)] == [False, True, False]
    assert service.reads_as(first, A)
    assert not service.reads_as(first, "http://h/b")
    assert static.reads_as(second, A)
