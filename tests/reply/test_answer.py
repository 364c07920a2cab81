"""What lies before the parts of an answer."""

from dataclasses import replace

import pytest

from tests.reply.answers import ANSWER, passing


@pytest.mark.parametrize(
    ("wanted", "name", "passes"),
    [
        pytest.param((), "X-Foo", False, id="nothing by default"),
        pytest.param(("x-foo",), "X-FOO", True, id="by name, in any case"),
        pytest.param(("x-foo",), "X-Bar", False, id="not another"),
        pytest.param(("*",), "X-Bar", True, id="all"),
    ],
)
def test_passes(wanted: tuple[str, ...], name: str, passes: bool) -> None:  # noqa: FBT001  # a table's column
    assert replace(ANSWER, profile=passing(*wanted)).passes(name) is passes
