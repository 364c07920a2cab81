"""Signatures are HMAC-SHA256 in base64url, and only the right key's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.signature import Signature, SigningKey

SECRET = SigningKey(key=b"secretkey")
CODERCAT = b"https://octodex.github.com/images/codercat.jpg"
VECTORS = [  # from imageproxy's url-signing.md
    pytest.param(CODERCAT, "cw34eyalj8YvpLpETxSIxv2k8QkLel2UAR5Cku2FzGM", id="an address"),
    pytest.param(
        CODERCAT + b"#400x400,q40", "0sR2kjyfiF1RQRj4Jm2fFa3_6SDFqdAaDEmy1oD2U-4", id="options"
    ),
]


@pytest.mark.parametrize(("message", "text"), VECTORS)
def test_vectors(message: bytes, text: str) -> None:
    assert SECRET.sign(message) == text
    found = Signature(given=Signature.decoded(f"{text}="), messages=(b"another", message))
    assert SECRET.verifies(found)


@pytest.mark.parametrize(
    ("key", "message", "given_bytes"),
    [
        pytest.param(SECRET, b"other", Signature.decoded(SECRET.sign(b"m")), id="another message"),
        pytest.param(
            SigningKey(key=b"k"), b"m", Signature.decoded(SECRET.sign(b"m")), id="another key"
        ),
        pytest.param(
            SigningKey(key=b"secretkey", salt=b"s"),
            b"m",
            Signature.decoded(SECRET.sign(b"m")),
            id="another salt",
        ),
        pytest.param(SECRET, b"m", Signature.decoded(SECRET.sign(b"m"))[:8], id="a part of it"),
        pytest.param(SECRET, b"m", b"", id="none"),
    ],
)
def test_what_does_not_verify(key: SigningKey, message: bytes, given_bytes: bytes) -> None:
    assert not key.verifies(Signature(given=given_bytes, messages=(message,)))


def test_no_message_is_no_signature() -> None:
    assert not SECRET.verifies(Signature(given=b"", messages=()))


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        pytest.param("-_8", b"\xfb\xff", id="base64url"),
        pytest.param("-_8=", b"\xfb\xff", id="padded"),
        pytest.param("a", b"", id="no whole byte"),
        pytest.param("ab!c", b"", id="a character that is none"),
        pytest.param("é", b"", id="beyond ASCII"),
        pytest.param("\udcff", b"", id="a byte that was no UTF-8"),
        pytest.param("", b"", id="nothing"),
    ],
)
def test_decoded(text: str, decoded: bytes) -> None:
    assert Signature.decoded(text) == decoded


@given(st.binary(), st.binary(), st.binary(), st.integers(8, 32))
def test_what_is_signed_verifies(key: bytes, salt: bytes, message: bytes, size: int) -> None:
    signing = SigningKey(key=key, salt=salt, size=size)
    found = Signature.decoded(signing.sign(message))
    assert len(found) == size
    assert signing.verifies(Signature(given=found, messages=(message,)))


def test_a_key_is_never_shown() -> None:
    assert "secret" not in repr(SigningKey(key=b"secret", salt=b"secret"))
