"""What a setting may be, and that the shipped config.toml is the defaults, every key of them."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from proxy import settings as house
from proxy.config import load
from proxy.settings import Settings

SHIPPED = Path(__file__).parents[1] / "config.toml"
COMMENTED = re.compile(r"^#([a-z_]+ *=)", re.MULTILINE)  # a key that has no default


def keys(model: type[BaseModel], above: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Return every key there is, "*" for a name the operator chooses."""
    found = set[tuple[str, ...]]()
    for name, field in model.model_fields.items():
        kind, path = field.annotation, (*above, name)
        if get_origin(kind) is dict:
            kind, path = get_args(kind)[1], (*path, "*")
            kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= keys(kind, path)
        else:
            found.add((*above, name))
    return found


def written(text: str) -> set[tuple[str, ...]]:
    """Return every key in a config.toml, in the form of ``keys``."""
    found = set[tuple[str, ...]]()

    def walk(table: dict[str, Any], above: tuple[str, ...]) -> None:
        for name, value in table.items():
            path = (*above, "*" if above in {("presets",), ("origins",)} else name)
            if isinstance(value, dict) and name != "headers":
                walk(value, path)
            else:
                found.add(path)

    walk(tomllib.loads(text), ())
    return found


def test_the_shipped_file_is_the_defaults() -> None:
    assert load(SHIPPED, environ={}) == Settings()


def test_the_shipped_file_names_every_key_and_no_other() -> None:
    assert written(COMMENTED.sub(r"\1", SHIPPED.read_text())) == keys(Settings)


def test_only_keys_without_a_default_are_commented_out() -> None:
    assert written(SHIPPED.read_text()) == {
        key for key in keys(Settings) if key[:2] != ("origins", "*") or key[2] == "referer"
    }


def test_the_examples_in_the_shipped_file_are_valid(tmp_path: Path) -> None:
    whole = tmp_path / "config.toml"
    whole.write_text(COMMENTED.sub(r"\1", SHIPPED.read_text()))
    load(whole, environ={})


def test_every_key_has_a_comment_where_it_first_stands() -> None:
    seen = set[str]()
    for line in SHIPPED.read_text().splitlines():
        key = re.match(r"#?([a-z_]+) *=", line)
        if key and key[1] not in seen | {"jpeg", "webp", "avif", "min_ttl", "max_ttl"}:
            assert "  # " in line or "] # " in line, line
            seen.add(key[1])


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_what_the_container_sets_is_valid(name: str) -> None:
    text = (SHIPPED.parent / name).read_text()
    found = re.findall(r"\b(IMAGE_PROXY_[A-Z_]+)(?:=|: )(.+?)(?: \\)?$", text, re.MULTILINE)
    assert found
    load(None, environ=dict(found))


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
    ],
)
def test_value(kind: str, value: object, read: object) -> None:
    adapter = TypeAdapter(getattr(house, kind))
    if read is None:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)
    else:
        assert adapter.validate_python(value) == read


@pytest.mark.parametrize(
    ("text", "where"),
    [
        pytest.param({"cache": {"min_ttl": "2d", "max_ttl": "1d"}}, ("cache", "min_ttl"), id="own"),
        pytest.param(
            {"cache": {"max_ttl": "1h"}, "origins": {"a": {"min_ttl": "2h"}}},
            ("origins", "a", "min_ttl"),
            id="an origin's least above everybody's most",
        ),
        pytest.param(
            {"cache": {"min_ttl": "2h"}, "origins": {"a": {"max_ttl": "1h"}}},
            ("origins", "a", "max_ttl"),
            id="an origin's most below everybody's least",
        ),
        pytest.param({"presets": {"a": {"fit": "inside"}}}, ("presets", "a"), id="no side"),
    ],
)
def test_what_cannot_be_meant_together(text: dict[str, Any], where: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(text)
    assert [error["loc"] for error in caught.value.errors()] == [where]


def test_an_origin_may_lift_everybodys_bounds() -> None:
    text = {"cache": {"max_ttl": "1h"}, "origins": {"a": {"min_ttl": "2h", "max_ttl": "3h"}}}
    assert Settings.model_validate(text).origins["a"].max_ttl == 10800.0


KINDS = ["Seconds", "Bytes", "HostPattern", "OriginKey", "Authority", "Reader", "Network"]
LIKELY = st.text("0123456789abcdefx.:*[]/-_%@# sGiBé\ud800", max_size=24)


@given(st.sampled_from(KINDS), LIKELY | LIKELY.map(lambda text: f"https://{text}"))
def test_whatever_is_written_is_read_or_refused_and_reads_the_same_again(
    kind: str, value: str
) -> None:
    adapter = TypeAdapter(getattr(house, kind))
    try:
        read = adapter.validate_python(value)
    except ValidationError:
        return
    assert read == adapter.validate_python(read) if isinstance(read, str) else read >= 0
