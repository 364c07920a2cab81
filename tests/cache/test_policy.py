"""What an origin allows, beyond the syntax of its Cache-Control."""

from dataclasses import replace

import pytest

from proxy.cache.policy import (
    cacheable_by_default,
    is_overruled,
    names_lifetime,
    policy_of,
    understands,
)
from proxy.model.entry import Head
from proxy.model.headers import Headers
from proxy.model.permit import Profile

PROFILE = Profile(user_agent="t", default_ttl=60.0, min_ttl=0.0, max_ttl=31536000.0)


def head(status: int, **fields: str) -> Head:
    return Head(
        status=status,
        headers=Headers(tuple((name.replace("_", "-"), value) for name, value in fields.items())),
    )


@pytest.mark.parametrize(
    ("status", "value", "left"),
    [
        pytest.param(200, "no-store", True, id="no-store alone holds"),
        pytest.param(200, "must-understand, no-store", False, id="void where understood"),
        pytest.param(599, "must-understand, no-store", True, id="holds where not understood"),
    ],
)
def test_must_understand_lifts_no_store(status: int, value: str, left: bool) -> None:  # noqa: FBT001  # a table's column
    said = policy_of(head(status, Cache_Control=value), PROFILE)
    assert ("no-store" in said) is left


@pytest.mark.parametrize(
    ("plain", "targeted", "left"),
    [
        pytest.param("no-store", "max-age=60", ["max-age"], id="ours stands alone"),
        pytest.param("max-age=60", "no-store", ["no-store"], id="even where it is stricter"),
        pytest.param("no-store", "max-age=60, &&&", ["no-store"], id="unreadable: as if not there"),
        pytest.param("private", "", ["private"], id="empty: as if not there"),
        pytest.param(
            "max-age=60", "no-store, must-understand", ["must-understand"], id="must-understand too"
        ),
    ],
)
def test_a_field_targeted_at_us(plain: str, targeted: str, left: list[str]) -> None:
    said = policy_of(head(200, Cache_Control=plain, CDN_Cache_Control=targeted), PROFILE)
    assert [name for name, _ in said.members] == left


@pytest.mark.parametrize(
    ("field", "ignore", "left", "overruled"),
    [
        pytest.param("Cache_Control", ("no-store",), ["private"], True, id="one lifted"),
        pytest.param("CDN_Cache_Control", ("no-store",), ["private"], True, id="of ours, too"),
        pytest.param("Cache_Control", ("no-store", "private"), [], True, id="both"),
        pytest.param("Cache_Control", ("s-maxage",), ["no-store", "private"], False, id="neither"),
    ],
)
def test_what_the_operator_lifts(
    field: str,
    ignore: tuple[str, ...],
    left: list[str],
    overruled: bool,  # noqa: FBT001  # a table's column
) -> None:
    profile = replace(PROFILE, ignore=frozenset(ignore))
    found = head(200, **{field: "no-store, private"})
    assert [name for name, _ in policy_of(found, profile).members] == left
    assert is_overruled(found, profile) is overruled


@pytest.mark.parametrize(
    ("status", "default"),
    [
        pytest.param(200, True, id="200"),
        pytest.param(204, True, id="204"),
        pytest.param(404, True, id="404"),
        pytest.param(410, True, id="410"),
        pytest.param(206, False, id="206 is not understood (storing refuses it outright)"),
        pytest.param(201, False, id="201"),
        pytest.param(302, False, id="302"),
        pytest.param(403, False, id="403: what hotlink protection says"),
        pytest.param(500, False, id="500"),
        pytest.param(599, False, id="a status nobody knows"),
    ],
)
def test_a_status_is_cacheable_by_default_or_by_public(status: int, default: bool) -> None:  # noqa: FBT001  # a table's column
    assert understands(status) is default
    assert cacheable_by_default(head(status), PROFILE) is default
    assert cacheable_by_default(head(status, Cache_Control="public"), PROFILE)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        pytest.param({}, False, id="nothing"),
        pytest.param({"Cache_Control": "public"}, False, id="public is no lifetime"),
        pytest.param({"Cache_Control": "max-age=0"}, True, id="max-age"),
        pytest.param({"Cache_Control": "s-maxage=5"}, True, id="s-maxage"),
        pytest.param({"CDN_Cache_Control": "max-age=5"}, True, id="max-age for us alone"),
        pytest.param(
            {"Expires": "0", "CDN_Cache_Control": "public"}, False, id="Expires beside such a field"
        ),
        pytest.param({"Expires": "0"}, True, id="Expires, even unreadable"),
    ],
)
def test_names_lifetime(fields: dict[str, str], named: bool) -> None:  # noqa: FBT001  # a table's column
    assert names_lifetime(head(200, **fields), PROFILE) is named
