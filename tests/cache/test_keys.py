"""Keys: equal for what is the same, different for what is not, and told apart by their prefix."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from proxy.cache.keys import info_key, original_key, picture_key, smaller_key, variant_key
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.picture import Format, Variant
from proxy.model.transform import Transform

SOURCE = Source(
    url="http://image.woshipm.com/a.jpg",
    scheme="http",
    host="image.woshipm.com",
    port=80,
    path="/a.jpg",
)
VARIANT = Variant(
    transform=Transform(width=400, height=300),
    format=Format.WEBP,
    quality=80,
)
DIGEST = "ab" * 32


def test_a_key_is_a_prefix_and_a_sha256() -> None:
    assert re.fullmatch("o-[0-9a-f]{64}", original_key(SOURCE))
    assert re.fullmatch("p-[0-9a-f]{64}", picture_key(DIGEST, VARIANT))
    assert re.fullmatch("p-[0-9a-f]{64}", info_key(DIGEST))
    assert re.fullmatch("p-[0-9a-f]{64}", smaller_key(DIGEST, VARIANT))
    assert smaller_key(DIGEST, VARIANT) != picture_key(DIGEST, VARIANT)


def test_a_key_never_changes_between_releases() -> None:
    """A store survives an update only while its keys do: change these two knowingly."""
    assert original_key(SOURCE)[:18] == "o-7e276134be1e170c"
    assert picture_key(DIGEST, VARIANT)[:18] == "p-a41c469f12dbe44f"


def test_every_variant_has_its_key() -> None:
    base = original_key(SOURCE)
    chosen = [(), (("a", "1"),), (("a", "2"),), (("a", "1"), ("b", "2")), (("a", "1,b,2"),)]
    keys = {variant_key(base, Headers(lines)) for lines in chosen}
    assert len(keys) == len(chosen)
    assert all(re.fullmatch("v-[0-9a-f]{64}", key) for key in keys)
    assert variant_key("o-other", Headers()) not in keys


def test_every_choice_of_a_picture_is_in_its_key() -> None:
    others = [
        picture_key("cd" * 32, VARIANT),
        *(
            picture_key(DIGEST, changed)
            for changed in (
                replace(VARIANT, format=Format.AVIF),
                replace(VARIANT, transform=Transform(width=399, height=300)),
                replace(VARIANT, transform=Transform(width=400, height=300, blur=0.5)),
                replace(VARIANT, quality=79),
                replace(VARIANT, transform=Transform(width=400)),
            )
        ),
    ]
    assert len({picture_key(DIGEST, VARIANT), *others}) == 7


@given(st.text(), st.text())
def test_two_addresses_share_a_key_only_if_they_are_one(one: str, other: str) -> None:
    keys = {original_key(replace(SOURCE, url=url)) for url in (one, other)}
    assert len(keys) == len({one, other})


def test_an_address_too_long_to_be_remembered_has_its_own_key() -> None:
    longer = [replace(SOURCE, url=SOURCE.url + "a" * n) for n in (1000, 1001, 1000)]
    first, second, again = map(original_key, longer)
    assert first == again != second
