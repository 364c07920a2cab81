"""What settings mean together; the shipped config.toml is the defaults, every key of them."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from proxy.config import load
from proxy.model.signature import SigningKey
from proxy.model.transform import Fit, Output, Transform
from proxy.settings import ORIGINS, PRESETS, Access, Dialects, Mirror, Preset, Settings

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
    found, every = set[tuple[str, ...]](), keys(Settings)

    def walk(table: dict[str, Any], above: tuple[str, ...]) -> None:
        for name, value in table.items():
            path = (*above, "*" if above in {("presets",), ("origins",)} else name)
            if isinstance(value, dict) and path not in every:  # else a key whose value is a table
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
        pytest.param(
            {"presets": {"a": {"options": "w=1,w=2"}}},
            ("presets", "a", "options"),
            id="options nobody can read",
        ),
        pytest.param(
            {"presets": {"info": {"width": 9}}}, ("presets", "info", "[key]"), id="a taken name"
        ),
    ],
)
def test_what_cannot_be_meant_together(text: dict[str, Any], where: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(text)
    assert [error["loc"] for error in caught.value.errors()] == [where]


def test_an_origin_may_lift_everybodys_bounds() -> None:
    text = {"cache": {"max_ttl": "1h"}, "origins": {"a": {"min_ttl": "2h", "max_ttl": "3h"}}}
    assert Settings.model_validate(text).origins["a"].max_ttl == 10800.0


def test_a_preset_says_where_its_options_are_wrong() -> None:
    with pytest.raises(ValidationError, match=r"at character 9, w stands for the second time"):
        Preset(options="w=1,q=9,w=2")


@pytest.mark.parametrize(
    ("preset", "transform"),
    [
        pytest.param(
            Preset(width=400, height=300),
            Transform(width=400, height=300, format=Output.AUTO),
            id="a box, its format chosen by Accept",
        ),
        pytest.param(
            Preset(options="w=9,f=same,grey=1"),
            Transform(width=9, greyscale=True),
            id="options alone",
        ),
        pytest.param(
            Preset(width=400, fit=Fit.INSIDE, options="w=200,q=70"),
            Transform(width=200, fit=Fit.INSIDE, quality=70, format=Output.AUTO),
            id="options stand above the keys",
        ),
        pytest.param(Preset(options="f=same"), Transform(), id="the original under a name"),
    ],
)
def test_preset(preset: Preset, transform: Transform) -> None:
    assert preset.transform == transform


def test_what_is_shipped_is_valid() -> None:
    for model in (*PRESETS.values(), *ORIGINS.values()):
        said = model.model_dump(exclude_unset=True)
        assert type(model).model_validate(said) == model


def test_the_shipped_presets_are_normal() -> None:
    assert all(preset.transform.normal() == preset.transform for preset in PRESETS.values())


SIGNED = Settings(
    access=Access(keys=("new", "köy")),
    dialects=Dialects(
        imgproxy_keys=("00ff:0a0b",), imgproxy_signature_size=8, willnorris_keys=("secretkey",)
    ),
)


@pytest.mark.parametrize(
    ("dialect", "keys"),
    [
        pytest.param(
            "wrapped", (SigningKey(key=b"new"), SigningKey(key=b"k\xc3\xb6y")), id="ours, in order"
        ),
        pytest.param(
            "imgproxy", (SigningKey(key=b"\x00\xff", salt=b"\n\v", size=8),), id="hex, with salt"
        ),
        pytest.param("willnorris", (SigningKey(key=b"secretkey"),), id="as it is written"),
        pytest.param("weserv", (), id="a dialect that knows no signatures"),
    ],
)
def test_signing_keys(dialect: str, keys: tuple[SigningKey, ...]) -> None:
    assert SIGNED.signing_keys(dialect) == keys
    assert Settings().signing_keys(dialect) == ()


def test_what_a_role_is_given_takes_nothing_from_the_others() -> None:
    mirror = Mirror(presets={"body": ("headimg",), "thumbnail": ()})
    assert mirror.presets == {"headimg": ("headimg",), "thumbnail": (), "body": ("headimg",)}
