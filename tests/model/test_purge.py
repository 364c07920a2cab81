"""What a selector covers."""

import pytest

from proxy.model.purge import EVERYTHING, Scope, Selector

SOURCE, HOST = "http://a.example/wp/1.jpg", "a.example"


@pytest.mark.parametrize(
    ("selector", "verdict"),
    [
        pytest.param(Selector(Scope.SOURCE, SOURCE), True, id="its source"),
        pytest.param(Selector(Scope.SOURCE, SOURCE[:-1]), False, id="another source"),
        pytest.param(Selector(Scope.HOST, HOST), True, id="its host"),
        pytest.param(Selector(Scope.HOST, "example"), False, id="another host"),
        pytest.param(Selector(Scope.PREFIX, "http://a.example/wp/"), True, id="its prefix"),
        pytest.param(Selector(Scope.PREFIX, "http://a.example/wq"), False, id="another prefix"),
        pytest.param(EVERYTHING, True, id="all"),
    ],
)
def test_a_selector_covers(selector: Selector, verdict: bool) -> None:  # noqa: FBT001  # a table's column
    assert selector.covers(SOURCE, HOST) is verdict
