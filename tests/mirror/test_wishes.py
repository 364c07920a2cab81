"""Many references are one wish a source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.mirror.reference import Reference, Role
from proxy.mirror.wishes import wishes

PRESETS = {Role.HEADIMG: ("headimg",), Role.THUMBNAIL: ("thumbnail", "headimg")}


def reference(source: str | None, role: Role = Role.BODY, post: str = "a.md") -> Reference:
    return Reference(
        post=post,
        line=1,
        column=1,
        start=0,
        end=1,
        role=role,
        written="x",
        address="x",
        source=source,
        where="line",
    )


def test_one_picture_in_many_places_is_one_wish_with_all_their_presets() -> None:
    asked = [
        reference("http://h/a", Role.HEADIMG),
        reference("http://h/b"),
        reference(None),
        reference("http://h/a", Role.THUMBNAIL, "b.md"),
        reference("http://h/a"),
    ]
    first, second = wishes(asked, PRESETS)
    assert (first.source, first.presets) == ("http://h/a", ("headimg", "thumbnail"))
    assert first.references == (asked[0], asked[3], asked[4])
    assert (second.source, second.presets, second.references) == ("http://h/b", (), (asked[1],))


@pytest.mark.parametrize(
    ("source", "host"),
    [
        ("http://h.example/a", "h.example"),
        ("https://h.example:8443/a?b=http://x/", "h.example"),
        ("http://[2001:db8::1]/a", "[2001:db8::1]"),
        ("http://[2001:db8::1]:8080/a", "[2001:db8::1]"),
        ("http://u:p@h.example/a", "h.example"),
    ],
)
def test_the_host_without_its_port(source: str, host: str) -> None:
    (wish,) = wishes([reference(source)], {})
    assert wish.host == host


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(Role))))
def test_each_source_once_in_the_order_of_first_mention(asked: list[tuple[str, Role]]) -> None:
    found = wishes([reference(f"http://h/{name}", role) for name, role in asked], PRESETS)
    assert [wish.source[-1] for wish in found] == list(dict.fromkeys(name for name, _ in asked))
    assert sum(len(wish.references) for wish in found) == len(asked)
