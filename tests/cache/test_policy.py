"""What an origin allows, beyond the syntax of its Cache-Control."""

import pytest

from proxy.cache.policy import cacheable_by_default, names_lifetime, policy_of, understands
from proxy.model.entry import Head
from proxy.model.headers import Headers


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
    said = policy_of(head(status, Cache_Control=value))
    assert ("no-store" in said) is left


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
    assert cacheable_by_default(head(status)) is default
    assert cacheable_by_default(head(status, Cache_Control="public"))


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        pytest.param({}, False, id="nothing"),
        pytest.param({"Cache_Control": "public"}, False, id="public is no lifetime"),
        pytest.param({"Cache_Control": "max-age=0"}, True, id="max-age"),
        pytest.param({"Cache_Control": "s-maxage=5"}, True, id="s-maxage"),
        pytest.param({"Expires": "0"}, True, id="Expires, even unreadable"),
    ],
)
def test_names_lifetime(fields: dict[str, str], named: bool) -> None:  # noqa: FBT001  # a table's column
    assert names_lifetime(head(200, **fields)) is named
