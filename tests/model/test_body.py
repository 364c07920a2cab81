"""Held bytes know their length."""

from proxy.model.body import Held


def test_length_is_in_bytes() -> None:
    assert Held(b"\x00\xff\x00", "digest").length == 3
