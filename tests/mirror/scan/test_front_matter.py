"""Twin of proxy/mirror/scan/front_matter.py."""

import pytest

from proxy.mirror.reference import Role
from proxy.mirror.scan import front_matter, octets

H, T, B, A = Role.HEADIMG, Role.THUMBNAIL, Role.BODY, Role.AVATAR


def found(yaml: str) -> list[tuple[str, Role, str]]:
    text = octets.read(yaml.encode())
    read, complaint = front_matter.find(text, 0, len(text))
    assert not complaint
    return [(octets.write(text[one.start : one.end]), one.role, one.where[14:]) for one in read]


@pytest.mark.parametrize(
    ("text", "yaml"),
    [
        pytest.param("\n---\na: b\n---\nbody", "a: b\n", id="after a blank line"),
        pytest.param("\ufeff---\r\na: b\r\n---\r\n", "a: b\r\n", id="byte order mark, CRLF"),
        pytest.param("---\n---\n", "", id="empty"),
        pytest.param("---\na: b\n...\nbody", "a: b\n", id="ended by dots"),
        pytest.param("---\na: b\n", "", id="never ended"),
        pytest.param("body\n---\na: b\n---\n", "", id="not at the beginning"),
    ],
)
def test_block(text: str, yaml: str) -> None:
    start, end, body = front_matter.block(octets.read(text.encode()))
    assert text.encode()[start:end] == yaml.encode()
    assert body >= end


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        pytest.param("headimg: 'http://h/a'", [("http://h/a", H, "headimg")], id="single quotes"),
        pytest.param(
            'thumbnail: "http://h/a"', [("http://h/a", T, "thumbnail")], id="double quotes"
        ),
        pytest.param("Cover: http://h/a#b", [("http://h/a#b", H, "Cover")], id="plain, capital"),
        pytest.param(
            "title: 中文\ndate: Thu, 24 Feb 2022 00:00:00 GMT\nbanner: //h/中.png",
            [("//h/中.png", H, "banner")],
            id="after text of several bytes",
        ),
        pytest.param(
            "date: 2021-10-28 14:08:07\nphotos:\n  - http://h/a\n  - 'http://h/b'",
            [("http://h/a", B, "photos"), ("http://h/b", B, "photos")],
            id="a list",
        ),
        pytest.param(
            "photos: [http://h/a, {src: http://h/b, alt: c}]",
            [("http://h/a", B, "photos"), ("http://h/b", B, "photos.src")],
            id="a flow, mappings in it",
        ),
        pytest.param(
            "cover:\n  image: http://h/a\n  caption: b",
            [("http://h/a", H, "cover.image")],
            id="Hugo's",
        ),
        pytest.param(
            "author:\n  name: x\n  avatar: http://h/a",
            [("http://h/a", A, "author.avatar")],
            id="deep",
        ),
        pytest.param("cover: >-\n  http://h/a\n", [("http://h/a", H, "cover")], id="folded"),
        pytest.param("cover: 'http://h/it''s'", [("http://h/it''s", H, "cover")], id="quote in it"),
        pytest.param("cover: http://h/a # b", [("http://h/a", H, "cover")], id="comment after it"),
        pytest.param(
            "x: &a http://h/a\ncover: *a\nimage: *a",
            [],
            id="an alias is written where it is no picture",
        ),
        pytest.param("cover: false\nbanner: ''\nimage: 3\ntop_img: '#fff'", [], id="no addresses"),
        pytest.param("link: http://h/a.png", [], id="another key"),
        pytest.param("images/a: b\ncover: local/a.png", [("local/a.png", H, "cover")], id="local"),
    ],
)
def test_find(yaml: str, expected: list[tuple[str, Role, str]]) -> None:
    assert found(yaml) == expected


def test_escapes_are_undone_and_the_span_is_as_written() -> None:
    text = 'cover: "http://h/\\u4e2d\\x41"'
    one = front_matter.find(text, 0, len(text))[0][0]
    assert text[one.start : one.end] == "http://h/\\u4e2d\\x41"
    assert one.address == "http://h/中A"


def test_keys_are_the_operators() -> None:
    text = "hero: http://h/a\ncover: http://h/b"
    read, _ = front_matter.find(text, 0, len(text), {"hero": Role.HEADIMG})
    assert [one.where for one in read] == ["front matter: hero"]


def test_what_is_no_yaml_gives_what_can_be_found() -> None:
    text = "title: a: b\ncover: 'http://h/a'\nphotos: [\n"
    read, complaint = front_matter.find(text, 0, len(text))
    assert [one.address for one in read] == ["http://h/a"]
    assert complaint.startswith("front matter is no YAML")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            "cover: http://h/a\nb: " + "[" * 490, "recursion", id="too deep for the parser"
        ),
        pytest.param("cover: http://h/a\nb: " + "[" * 9000, "brackets", id="too many to give it"),
        pytest.param("cover: http://h/a\n" + "? " * 3000, "recursion", id="keys of keys"),
    ],
)
def test_deep_nesting_is_survived(text: str, complaint: str) -> None:
    read, said = front_matter.find(text, 0, len(text))
    assert [one.address for one in read] == ["http://h/a"]
    assert complaint in said
