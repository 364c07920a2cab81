"""config.toml, the environment and the command line → Settings; every mistake at once, by its key.

Follows contracts/service.md, "Settings". Knows no key by heart: it walks the models of
``settings.py``. The layers are laid over each other here and not by pydantic-settings, which drops
names it does not know, stops at the first value it cannot read and forgets where a value came from.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from proxy.errors import SettingsError
from proxy.settings import ORIGINS, PRESETS, Settings

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PREFIX = "IMAGE_PROXY_"
FILE = "IMAGE_PROXY_CONFIG"
HERE = Path("config.toml")

# Keys whose values no log may show.
_SECRETS = frozenset({"token", "headers", "keys", "imgproxy_keys", "willnorris_keys"})
_BARE = re.compile(r"[A-Za-z0-9_-]+")  # a TOML key that needs no quotes

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """One value that somebody wrote: at which key, and where."""

    key: Key
    value: Any  # foreign: pydantic judges it
    whence: str


def find(explicit: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the file to read: ``--config``, else $IMAGE_PROXY_CONFIG, else ./config.toml, or None.

    A file that was named is returned whether it exists or not: ``load`` says what is wrong with it.
    """
    if explicit is not None:
        return explicit
    if named := environ.get(FILE):
        return Path(named)
    return HERE if HERE.exists() else None


def load(
    file: Path | None,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] = MappingProxyType({}),
) -> Settings:
    """Return the settings: ``overrides`` (sections of keys) over environment, file and defaults.

    Raises SettingsError with a sentence a mistake, led by the key and where it was written.
    """
    found = (
        *_flat(_shipped(), "the default"),
        *_in_file(file),
        *_in_environment(environ),
        *_flat(overrides, "the command line"),
    )
    judged = [item if isinstance(item, str) else _judge(item) for item in found]
    lines = [item for item in judged if isinstance(item, _Line)]
    mistakes = [item for item in judged if isinstance(item, str)]
    try:
        settings = Settings.model_validate(_merged(lines))
    except ValidationError as exc:
        mistakes += [_sentence(error, lines) for error in exc.errors(include_url=False)]
        raise SettingsError(tuple(dict.fromkeys(mistakes))) from exc
    if mistakes:
        raise SettingsError(tuple(dict.fromkeys(mistakes)))
    return settings


# The layers: lines, and a sentence for what cannot be read as one.


def _shipped() -> dict[str, Any]:
    """Return the presets and origins we ship: a file adds to them, key by key."""
    models: tuple[tuple[str, Mapping[str, BaseModel]], ...] = (
        ("presets", PRESETS),
        ("origins", ORIGINS),
    )
    return {
        section: {
            name: {key: getattr(model, key) for key in model.model_fields_set}
            for name, model in shipped.items()
        }
        for section, shipped in models
    }


def _in_file(file: Path | None) -> Iterator[_Line | str]:
    if file is None:
        return
    try:
        data = file.read_bytes()
    except OSError as exc:
        yield f"{file}: the file cannot be read: {exc.strerror}"
        return
    try:
        table = tomllib.loads(data.decode())
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        yield f"{file}:{line}: the text is not UTF-8"
    except tomllib.TOMLDecodeError as exc:
        found = re.search(r"at line ([0-9]+)", str(exc))
        line = int(found[1]) if found else data.count(b"\n") + 1  # "at end of document"
        yield f"{file}:{line}: not TOML: {exc}"
    else:
        yield from _flat(table, str(file))


def _in_environment(environ: Mapping[str, str]) -> Iterator[_Line | str]:
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name == FILE:
            continue
        key, text = tuple(name.removeprefix(PREFIX).lower().split("__")), environ[name]
        _, kind = _follow(key)
        table = _is_table(kind)
        if not table and not (_is_list(kind) and text.lstrip().startswith("[")):
            yield _Line(key, text, name)
            continue
        try:
            value = json.loads(text)
        except ValueError as exc:
            form = '{"key": "value"}' if table else '["a", "b"] or a, b'
            shown = repr(text) if _SECRETS.isdisjoint(key) else "the value"
            yield f"{_spelt(key)} ({name}): {shown} is not JSON ({exc}); write it like {form}"
            continue
        yield from _flat({key[-1]: value}, name, key[:-1])


def _flat(table: Mapping[str, Any], whence: str, above: Key = ()) -> Iterator[_Line]:
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, whence, (*above, name))
        else:
            yield _Line((*above, name), value, whence)


def _merged(lines: list[_Line]) -> dict[str, Any]:
    """Lay the lines over each other, the last on top.

    Every section is there: one left out would be made by a validator built for it alone.
    """
    tree: dict[str, Any] = {name: {} for name in Settings.model_fields}
    for line in lines:
        place = tree
        for part in line.key[:-1]:
            place = place.setdefault(part, {})
        if isinstance(line.value, Mapping):  # an empty table takes nothing away
            place.setdefault(line.key[-1], {})
        else:
            place[line.key[-1]] = line.value
    return tree


# The keys there are: read off the models.


def _follow(key: Key) -> tuple[Key, Any]:
    """Return the longest part of ``key`` there is, in canonical form, and the type at its end.

    The type is None where ``key`` goes on from there to nothing we know.
    """
    kind: Any = Settings
    known: Key = ()
    for part in key:
        if get_origin(kind) is dict:
            name, kind = get_args(kind)
            part = _canonical(name, part)  # noqa: PLW2901  # the same host, however it is written
        elif _is_table(kind) and part in kind.model_fields:
            kind = kind.model_fields[part].annotation
        else:
            return known, None
        kind = _bare(kind)
        known = (*known, part)
    return known, kind


def _canonical(name: Any, part: str) -> str:  # noqa: ANN401  # a type expression
    try:
        return str(TypeAdapter(name).validate_python(part))
    except ValidationError:
        return part  # reported with all the others


def _bare(kind: Any) -> Any:  # noqa: ANN401  # a type expression
    """Take Annotated and "or None" off a type."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        return _bare(next(inner for inner in get_args(kind) if inner is not type(None)))
    return kind


def _is_table(kind: Any) -> bool:  # noqa: ANN401  # a type expression
    return get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, BaseModel))


def _is_list(kind: Any) -> bool:  # noqa: ANN401  # a type expression
    return get_origin(kind) is tuple


# Sentences.


def _judge(line: _Line) -> _Line | str:
    """Return the line at its canonical key, or what is wrong with its place."""
    known, kind = _follow(line.key)
    if len(known) < len(line.key):
        unknown = line.key[: len(known) + 1]
        return f"{_spelt(unknown)} ({line.whence}): there is no such key{_hint(line, unknown)}"
    if _is_table(kind) and not isinstance(line.value, Mapping):
        return f"{_spelt(known)} ({line.whence}): {line.value!r} should be a table of keys"
    return replace(line, key=known)


def _hint(line: _Line, unknown: Key) -> str:
    """Return "; did you mean …?" with the nearest key there is, spelt as it would stand there."""
    _, kind = _follow(unknown[:-1])
    beside = [(*unknown[:-1], name) for name in getattr(kind, "model_fields", ())]
    names = {key[-1]: key for key in beside}
    everything = [(section, name) for section in Settings.model_fields for name in _names(section)]
    if len(unknown) == 1:  # SERVER_PORT for SERVER__PORT
        names |= {"_".join(key): key for key in everything}
    near = get_close_matches(unknown[-1], names, n=1)
    meant = [names[name] for name in near] or [key for key in everything if key[-1] == line.key[-1]]
    from_environment = line.whence.startswith(PREFIX)
    spelt = [PREFIX + "__".join(key).upper() if from_environment else _spelt(key) for key in meant]
    return f"; did you mean {' or '.join(spelt)}?" if spelt else ""


def _names(section: str) -> tuple[str, ...]:
    return tuple(getattr(Settings.model_fields[section].annotation, "model_fields", ()))


def _sentence(error: "ErrorDetails", lines: list[_Line]) -> str:
    key = tuple(part for part in error["loc"] if isinstance(part, str) and part != "[key]")
    value, message = repr(error["input"]), error["msg"]
    if error["type"] in {"value_error", "contradiction"}:  # ours: they hold what they need
        said = message.removeprefix("Value error, ")
    else:
        said = f"{value} {message.removeprefix('Input ')}"
    if not _SECRETS.isdisjoint(key) and "[key]" not in error["loc"]:
        said = said.replace(value, "the value")
    return f"{_spelt(key)} ({_whence(key, lines)}): {said}"


def _whence(key: Key, lines: list[_Line]) -> str:
    """Tell where a key was written last, or, for a table, everywhere its keys were."""
    above = [line.whence for line in lines if line.key == key[: len(line.key)]]
    below = [line.whence for line in lines if line.key[: len(key)] == key]
    return above[-1] if above else ", ".join(dict.fromkeys(below)) or "the default"


def _spelt(key: Key) -> str:
    """Print a key as TOML does: origins."image.example".referer."""
    return ".".join(part if _BARE.fullmatch(part) else json.dumps(part) for part in key)
