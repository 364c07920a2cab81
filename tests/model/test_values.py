"""Which field values may be sent on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.values import is_sendable


@pytest.mark.parametrize(
    ("value", "may"),
    [
        pytest.param('W/"abc-123"', True, id="visible ASCII"),
        pytest.param("public, max-age=60", True, id="blanks between"),
        pytest.param('"图片"', True, id="letters that become obs-text"),
        pytest.param("", False, id="nothing says nothing"),
        pytest.param(
            '"a\r\nSet-Cookie: b"', False, id="a line break would begin a field of its own"
        ),
        pytest.param('"a\x00"', False, id="NUL"),
        pytest.param('"a\x7f"', False, id="DEL"),
        pytest.param('"a\x85"', False, id="a C1 control"),
        pytest.param('"\udce9"', False, id="a byte that was no UTF-8"),
    ],
)
def test_is_sendable(value: str, may: bool) -> None:  # noqa: FBT001  # a table's column
    assert is_sendable(value) is may


@given(st.text(alphabet=st.characters()))
def test_what_may_be_sent_can_be_written_as_one_line(value: str) -> None:
    if is_sendable(value):
        written = value.encode()
        assert not set(written) & {0, 10, 13}
