"""What one setting may be: at its bounds, in other spellings, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from proxy import setting_types
from proxy.setting_types import contradiction, field_value


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        pytest.param("Seconds", "3s", 3.0, id="seconds"),
        pytest.param("Seconds", " 1.5 h ", 5400.0, id="blanks and fractions"),
        pytest.param("Seconds", "7d", 604800.0, id="days"),
        pytest.param("Seconds", 3, None, id="a number without unit"),
        pytest.param("Seconds", True, None, id="a switch for a duration"),
        pytest.param("Seconds", "3", None, id="a text without unit"),
        pytest.param("Seconds", "3 S", None, id="a unit in capitals"),
        pytest.param("Seconds", "-3s", None, id="a negative duration"),
        pytest.param("Seconds", "3653d", None, id="over ten years"),
        pytest.param("Seconds", "9" * 400 + "s", None, id="more than a float holds"),
        pytest.param("Deadline", "0s", None, id="a deadline that has passed"),
        pytest.param("Bytes", "10 GiB", 10 << 30, id="a size"),
        pytest.param("Bytes", "0.5KiB", 512, id="half a kibibyte"),
        pytest.param("Bytes", "10 GB", None, id="thousands are not offered"),
        pytest.param("Bytes", 10, None, id="a size without unit"),
        pytest.param("Bytes", "9" * 400 + "GiB", None, id="more than fits"),
        pytest.param("Placeholder", "ab" * 32, "ab" * 32, id="a digest"),
        pytest.param("Placeholder", "phash:" + "0f" * 8, "phash:" + "0f" * 8, id="a fingerprint"),
        pytest.param("Placeholder", "phash:0f", None, id="a fingerprint cut short"),
        pytest.param("Placeholder", "AB" * 32, None, id="a digest in capitals"),
        pytest.param("Template", "", "", id="no archive"),
        pytest.param("Template", "https://a.b/{url}", "https://a.b/{url}", id="an archive"),
        pytest.param(
            "Template", "https://a.b/?u={url}&x", "https://a.b/?u={url}&x", id="in a query"
        ),
        pytest.param("Template", "https://a.b/", None, id="an archive of one picture"),
        pytest.param("Template", "https://a.b/{url}{url}", None, id="the address twice"),
        pytest.param("Template", "https://a.b/{x}{url}", None, id="another name in braces"),
        pytest.param("Template", "{url}", None, id="no host"),
        pytest.param("HostPattern", "*", "*", id="every host"),
        pytest.param("HostPattern", "*.Example.COM.", "*.example.com", id="capitals, last dot"),
        pytest.param("HostPattern", "图片.example", "xn--wcsw84d.example", id="another script"),
        pytest.param("HostPattern", "192.0.2.1", "192.0.2.1", id="an IPv4 address"),
        pytest.param("HostPattern", "[2001:DB8:0::1]", "[2001:db8::1]", id="an IPv6 address"),
        pytest.param("HostPattern", "2001:db8::1", None, id="an IPv6 address without brackets"),
        pytest.param("HostPattern", "192.0.2.256", None, id="no IPv4 address"),
        pytest.param("HostPattern", "127.1", None, id="an IPv4 address cut short"),
        pytest.param("HostPattern", "2130706433", None, id="an IPv4 address as a number"),
        pytest.param("HostPattern", "[:::1]", None, id="no IPv6 address"),
        pytest.param("HostPattern", "*.192.0.2.1", None, id="everything below an address"),
        pytest.param("HostPattern", "a.*.example", None, id="a star within"),
        pytest.param("HostPattern", "*example", None, id="a star that is no label"),
        pytest.param("HostPattern", "http://a.example", None, id="an address for a host"),
        pytest.param("HostPattern", "a.example:80", None, id="a port where none belongs"),
        pytest.param("HostPattern", "", None, id="nothing"),
        pytest.param("HostPattern", "\ud800.example", None, id="half a character"),
        pytest.param("OriginKey", "a.example:8080", "a.example:8080", id="host and port"),
        pytest.param("OriginKey", "*.a.example", "*.a.example", id="hosts below"),
        pytest.param("OriginKey", "[::1]:080", "[::1]:80", id="a literal, a port with a nought"),
        pytest.param("OriginKey", "*", None, id="every origin is no origin"),
        pytest.param("OriginKey", "a.example:0", None, id="port 0"),
        pytest.param("OriginKey", "a.example:65536", None, id="a port too high"),
        pytest.param("Authority", "127.0.0.1:9000", "127.0.0.1:9000", id="where to dial"),
        pytest.param("Authority", "*.a.example", None, id="nobody can dial a pattern"),
        pytest.param("Reader", "https://Blog.example:443", "https://blog.example", id="as Origin"),
        pytest.param("Reader", "https://b.example:8443", "https://b.example:8443", id="own port"),
        pytest.param("Reader", "https://b.example/", None, id="an origin has no path"),
        pytest.param("Reader", "b.example", None, id="an origin has a scheme"),
        pytest.param("Reader", "https://b.example:99999", None, id="an origin no browser has"),
        pytest.param("TypePattern", "image/svg+xml", "image/svg+xml", id="a media type"),
        pytest.param("TypePattern", "image/*;q=1", None, id="parameters do not belong"),
        pytest.param("Network", "10.1.2.3/8", "10.0.0.0/8", id="a network by one of its hosts"),
        pytest.param("Network", "10.0.0.0/33", None, id="no network"),
        pytest.param("FieldName", "X-Key", "X-Key", id="a field's name"),
        pytest.param("FieldName", "X Key", None, id="a name with a blank"),
        pytest.param("FieldName", "Host", None, id="a field that is ours"),
        pytest.param("FieldValue", "a\tb", "a\tb", id="a field's value"),
        pytest.param("FieldValue", "a\r\nb", None, id="two lines"),
        pytest.param("FieldValue", "a\nb", None, id="a line feed"),
        pytest.param("FieldValue", "€", None, id="beyond ASCII"),
        pytest.param("Referer", "origin", "origin", id="a word"),
        pytest.param("Referer", "https://a.example/ b", None, id="a URL with a blank"),
        pytest.param("Referer", "never", None, id="another word"),
        pytest.param("PresetName", "head-img_2", "head-img_2", id="a preset's name"),
        pytest.param("PresetName", "w=3", None, id="options are no name"),
        pytest.param("PresetName", "-", None, id="the admin's path is no name"),
        pytest.param("PresetName", "info", None, id="a word with a meaning is no name"),
        pytest.param("PresetName", "information", "information", id="a longer one is"),
        pytest.param("Base", "", "", id="no base"),
        pytest.param("Base", "https://Blog.example", "https://blog.example/", id="a base"),
        pytest.param("Base", "http://b.example/up/", "http://b.example/up/", id="with a path"),
        pytest.param("Base", "ftp://b.example/", None, id="another scheme"),
        pytest.param("Base", "/uploads/", None, id="a base that needs one"),
        pytest.param("Base", "http://u:geheim@b.example/", None, id="a base with a password"),
        pytest.param("Base", "http://b.example/?a", None, id="a base with a query"),
        pytest.param("Base", "http://[::/", None, id="a base on no host"),
        pytest.param("Secret", "geheim", "geheim", id="a secret"),
        pytest.param("Secret", "", None, id="no secret"),
        pytest.param("KeyAndSalt", "00ff:0A", "00ff:0A", id="key and salt"),
        pytest.param("KeyAndSalt", "00ff:", "00ff:", id="a key without salt"),
        pytest.param("KeyAndSalt", "00ff", None, id="a key without a colon"),
        pytest.param("KeyAndSalt", "0ff:00", None, id="half a byte"),
        pytest.param("KeyAndSalt", ":00", None, id="a salt without key"),
    ],
)
def test_value(kind: str, value: object, read: object) -> None:
    adapter = TypeAdapter(getattr(setting_types, kind))
    if read is None:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)
    else:
        assert adapter.validate_python(value) == read


KINDS = ["Seconds", "Bytes", "HostPattern", "OriginKey", "Authority", "Reader", "Network", "Base"]
LIKELY = st.text("0123456789abcdefx.:*[]/-_%@# sGiBé\ud800", max_size=24)


@given(st.sampled_from(KINDS), LIKELY | LIKELY.map(lambda text: f"https://{text}"))
def test_whatever_is_written_is_read_or_refused_and_reads_the_same_again(
    kind: str, value: str
) -> None:
    adapter = TypeAdapter(getattr(setting_types, kind))
    try:
        read = adapter.validate_python(value)
    except ValidationError:
        return
    assert read == adapter.validate_python(read) if isinstance(read, str) else read >= 0


def test_a_refused_base_is_not_shown() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(setting_types.Base).validate_python("http://u:geheim@b.example/")
    assert "geheim" not in refused.value.errors()[0]["msg"]


def test_a_field_value_says_what_it_may_hold() -> None:
    assert field_value("a b") == "a b"
    with pytest.raises(ValueError, match="visible ASCII only"):
        field_value("a\n")


def test_contradictions_are_told_all_at_once() -> None:
    contradiction()
    with pytest.raises(ValidationError) as refused:
        contradiction((("a", "b"), 1, "one"), (("c",), 2, "two"))
    told = [(error["loc"], error["msg"]) for error in refused.value.errors()]
    assert told == [(("a", "b"), "one"), (("c",), "two")]
