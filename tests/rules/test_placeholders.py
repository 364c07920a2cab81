"""A known placeholder is a refusal, whatever its status says: to the byte, or by how it looks."""

from dataclasses import replace
from hashlib import sha256

import pytest

from proxy.errors import OriginRefused
from proxy.model.picture import Facts, Format
from proxy.rules.placeholders import (
    Placeholders,
    is_suspect,
    refuse_lookalike,
    refuse_placeholder,
)

BODY = b"GIF89a, do not hotlink"
LOOK = 0x7C87837A7C278389
KNOWN = Placeholders.of((sha256(BODY).hexdigest(), f"phash:{LOOK:016x}", "phash:00000000ffffffff"))
NONE = Placeholders.of(())
SMALL = Facts(format=Format.JPEG, width=480, height=300)


def test_entries_are_read_by_kind() -> None:
    assert KNOWN.digests == {sha256(BODY).hexdigest()}
    assert KNOWN.fingerprints == (LOOK, 0xFFFFFFFF)


@pytest.mark.parametrize("data", [BODY, memoryview(BODY)], ids=["bytes", "a view"])
def test_a_known_placeholder_is_refused(data: bytes | memoryview) -> None:
    with pytest.raises(OriginRefused):
        refuse_placeholder(data, KNOWN)


def test_anything_else_passes() -> None:
    refuse_placeholder(BODY + b".", KNOWN)
    refuse_placeholder(BODY, NONE)


@pytest.mark.parametrize(
    ("fingerprint", "refused"),
    [
        pytest.param(LOOK, True, id="the same look"),
        pytest.param(LOOK ^ 0b111111, True, id="six bits apart"),
        pytest.param(LOOK ^ 0b1111111, False, id="seven bits apart"),
        pytest.param(0x00000001FFFFFFFF, True, id="near the second known one"),
        pytest.param(LOOK ^ ((1 << 64) - 1), False, id="its negative"),
        pytest.param(0, False, id="a single colour looks like nothing"),
    ],
)
def test_lookalikes(fingerprint: int, refused: bool) -> None:  # noqa: FBT001  # a table's column
    if refused:
        with pytest.raises(OriginRefused, match="bits apart"):
            refuse_lookalike(fingerprint, KNOWN)
    else:
        refuse_lookalike(fingerprint, KNOWN)


@pytest.mark.parametrize(
    ("facts", "n_bytes", "known", "suspect"),
    [
        pytest.param(SMALL, 7084, KNOWN, True, id="a small picture"),
        pytest.param(SMALL, 7084, NONE, False, id="nothing is known"),
        pytest.param(None, 7084, KNOWN, False, id="no picture"),
        pytest.param(SMALL, (256 << 10) + 1, KNOWN, False, id="too many bytes for a notice"),
        pytest.param(replace(SMALL, width=6667), 9, KNOWN, False, id="too many pixels for one"),
        pytest.param(replace(SMALL, format=Format.SVG), 9, KNOWN, False, id="a drawing"),
    ],
)
def test_what_is_looked_at(
    facts: Facts | None,
    n_bytes: int,
    known: Placeholders,
    suspect: bool,  # noqa: FBT001  # a table's column
) -> None:
    assert is_suspect(facts, n_bytes, known) is suspect
