"""Four layers become one Settings; whatever is wrong is said at once, by its key and its place."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxy.config import PREFIX, find, load
from proxy.errors import SettingsError
from proxy.model.transform import Fit
from proxy.settings import Origin, Preset, Settings

HOSTILE = Path(__file__).parents[2] / "shared" / "cases" / "hostile_requests.jsonl"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def mistakes(
    file: Path | None, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None
) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(file, environ=environ, overrides=overrides or {})
    return caught.value.problems


@pytest.mark.parametrize(
    ("explicit", "environ", "here", "found"),
    [
        pytest.param("a.toml", "b.toml", True, "a.toml", id="the command line's file comes first"),
        pytest.param(None, "b.toml", True, "b.toml", id="then the environment's"),
        pytest.param(None, None, True, "config.toml", id="then the working directory's"),
        pytest.param(None, "", True, "config.toml", id="an empty variable names no file"),
        pytest.param(None, None, False, None, id="then none"),
        pytest.param(
            "gone.toml", None, True, "gone.toml", id="a named file that is absent is kept"
        ),
    ],
)
def test_find(  # noqa: PLR0913, PLR0917  # the columns of the table, and two fixtures
    explicit: str | None,
    environ: str | None,
    here: bool,  # noqa: FBT001  # a column
    found: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    if here:
        (tmp_path / "config.toml").touch()
    variables = {} if environ is None else {"IMAGE_PROXY_CONFIG": environ}
    expected = Path(found) if found else None
    assert find(Path(explicit) if explicit else None, variables) == expected


def test_nothing_written_is_the_defaults() -> None:
    assert load(None, environ={"PATH": "/bin", "IMAGE_PROXY_CONFIG": "read.by.find"}) == Settings()


@pytest.mark.parametrize(
    ("text", "environ", "overrides", "port"),
    [
        pytest.param("", {}, {}, 8080, id="the default"),
        pytest.param("[server]\nport = 1", {}, {}, 1, id="the file over the default"),
        pytest.param(
            "[server]\nport = 1",
            {"IMAGE_PROXY_SERVER__PORT": "2"},
            {},
            2,
            id="the environment over the file",
        ),
        pytest.param(
            "[server]\nport = 1",
            {"IMAGE_PROXY_SERVER__PORT": "2"},
            {"server": {"port": 3}},
            3,
            id="the command line over the environment",
        ),
        pytest.param(
            "",
            {"IMAGE_PROXY_SERVER": '{"port": 4}', "IMAGE_PROXY_SERVER__PORT": "5"},
            {},
            5,
            id="a key of its own over its table's JSON",
        ),
    ],
)
def test_the_order(
    file: Path, text: str, environ: dict[str, str], overrides: dict[str, Any], port: int
) -> None:
    file.write_text(text)
    assert load(file, environ=environ, overrides=overrides).server.port == port


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        pytest.param(
            "ACCESS__HOSTS",
            "a.example, *.b.example",
            ["a.example", "*.b.example"],
            id="a list with commas",
        ),
        pytest.param("ACCESS__HOSTS", ' ["a.example"]', ["a.example"], id="a list as JSON"),
        pytest.param("ACCESS__HOSTS", "", [], id="an empty list"),
        pytest.param("ACCESS__PORTS", "80,8080", [80, 8080], id="numbers with commas"),
        pytest.param("IMAGES__QUALITY__WEBP", "70", 70, id="a table within a section"),
        pytest.param("CACHE__DISK", "1.5 GiB", 3 << 29, id="a size"),
        pytest.param("CACHE__MIN_TTL", "250ms", 0.25, id="a duration"),
        pytest.param("LOG__ACCESS", "false", False, id="a switch"),
        pytest.param("FETCH__USER_AGENT", "[a, b]", "[a, b]", id="a text that looks like a list"),
        pytest.param("server__port", "9", 9, id="a name's end in lower case"),
    ],
)
def test_environment(name: str, value: str, read: object) -> None:
    found: object = load(None, environ={PREFIX + name: value})
    for part in name.lower().split("__"):
        found = getattr(found, part)
    assert (list(found) if isinstance(found, tuple) else found) == read


def test_presets_and_origins_stand_beside_the_shipped_ones_key_by_key(file: Path) -> None:
    file.write_text(
        '[presets.small]\nwidth = 96\nfit = "inside"\n[presets.thumbnail]\nwidth = 300\n'
        '[origins."IMAGE.woshipm.com."]\nuser_agent = "one"\n'
    )
    environ = {
        "IMAGE_PROXY_PRESETS__SMALL__WIDTH": "48",
        "IMAGE_PROXY_ORIGINS": '{"a.example:8080": {"headers": {"X-Key": "k"}, "min_ttl": "1h"}}',
    }
    found = load(file, environ=environ)
    assert found.presets == Settings().presets | {
        "small": Preset(width=48, fit=Fit.INSIDE),
        "thumbnail": Preset(width=300, height=300),
    }
    assert found.origins == {
        "image.woshipm.com": Origin(referer="https://www.woshipm.com/", user_agent="one"),
        "a.example:8080": Origin(headers={"X-Key": "k"}, min_ttl="1h"),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[log]\nformat = "xml"', "log.format (FILE): 'xml' should be 'auto', 'text' or 'json'"),
        (
            "[cache]\ndefault_ttl = 7",
            "cache.default_ttl (FILE): 7 has no unit; write it like '3s'",
        ),
        (
            '[server]\ntrusted_proxies = ["10.0.0.0/8", "x"]',
            "server.trusted_proxies (FILE): 'x' does not appear to be an IPv4 or IPv6 network",
        ),
        (
            "[server]\nprot = 1",
            "server.prot (FILE): there is no such key; did you mean server.port?",
        ),
        (
            "[sevrer]\nport = 1\nhost = 'x'",
            "sevrer (FILE): there is no such key; did you mean server?",
        ),
        ("port = 1", "port (FILE): there is no such key; did you mean server.port?"),
        (
            "[web]\nworkers = 1",
            "web (FILE): there is no such key; did you mean server.workers or images.workers?",
        ),
        ("[zzz]", "zzz (FILE): there is no such key"),
        ("[server.port]\nx = 1", "server.port.x (FILE): there is no such key"),
        (
            "[presets.small]\nwidht = 1\nheight = 1",
            "presets.small.widht (FILE): there is no such key; did you mean presets.small.width?",
        ),
        ("[presets.small]", "presets.small (FILE): a preset needs a width, a height or options"),
        ("server = 1", "server (FILE): 1 should be a table of keys"),
        ("[[presets]]", "presets (FILE): [{}] should be a table of keys"),
        (
            '[cache]\nmin_ttl = "9d"\nmax_ttl = "1d"',
            "cache.min_ttl (FILE): a min_ttl of 777600s is above the max_ttl of 86400s",
        ),
        (
            '[origins."a.example"]\nmin_ttl = "400d"',
            'origins."a.example".min_ttl (FILE): a min_ttl of 34560000s is above the max_ttl',
        ),
        ("[server]\nport = 1\nport = 2", "FILE:3: not TOML: Cannot overwrite a value"),
        ("[server]\n\nport 1", "FILE:3: not TOML: Expected '=' after a key"),
        ("[server]\n\nport =", "FILE:3: not TOML: Invalid value"),
    ],
    ids=[
        "a value not among the known",
        "a duration without unit",
        "a network that is none",
        "a misspelt key",
        "a misspelt section, said once",
        "a key without section",
        "a section nobody knows, its key in two",
        "a section like none",
        "a table where a value belongs",
        "a misspelt key of a preset",
        "a preset without a side",
        "a value where a section belongs",
        "a list where a section belongs",
        "bounds that exclude each other",
        "an origin's bound against the cache's",
        "a key written twice",
        "a line that is no TOML",
        "a value missing at the end",
    ],
)
def test_a_mistake_in_the_file(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    (problem,) = mistakes(file, {})
    assert problem.startswith(said.replace("FILE", str(file)))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SERVER__PORT", "eighty", "server.port (NAME): 'eighty' should be a valid integer"),
        ("SERVER__PORT", "", "server.port (NAME): '' should be a valid integer"),
        (
            "SEVRER__PORT",
            "80",
            "sevrer (NAME): there is no such key; did you mean IMAGE_PROXY_SERVER?",
        ),
        (
            "SERVER__PROT",
            "80",
            "server.prot (NAME): there is no such key; did you mean IMAGE_PROXY_SERVER__PORT?",
        ),
        (
            "SERVER_PORT",
            "80",
            "server_port (NAME): there is no such key; did you mean IMAGE_PROXY_SERVER__PORT?",
        ),
        ("", "x", '"" (NAME): there is no such key'),
        ("CONFIGURATION", "x", "configuration (NAME): there is no such key"),
        ("SERVER", "x", "server (NAME): 'x' is not JSON"),
        ("SERVER", "[1]", "server (NAME): [1] should be a table of keys"),
        ("ACCESS__HOSTS", "[a]", "access.hosts (NAME): '[a]' is not JSON"),
        ("ACCESS__HOSTS", "a b", "access.hosts (NAME): 'a b' is not a host"),
        ("ORIGINS", '{"a": {"connect": "b"}}', "origins.a.connect (NAME): there is no such key"),
        ("ADMIN__TOKEN", "geheim€", "admin.token (NAME): the value holds a character no header"),
    ],
    ids=[
        "a word for a number",
        "an empty number",
        "a misspelt section",
        "a misspelt key",
        "one underscore for two",
        "nothing after the prefix",
        "a name that begins like the file's",
        "a section that is no JSON",
        "a section that is no table",
        "a list that is no JSON",
        "a host that is none",
        "a misspelt key within JSON",
        "a token no header can carry",
    ],
)
def test_a_mistake_in_the_environment(name: str, value: str, said: str) -> None:
    (problem,) = mistakes(None, {PREFIX + name: value})
    assert problem.startswith(said.replace("NAME", PREFIX + name))


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    file.write_text('[log]\nlevel = "loud"\n[fetch]\nredirects = -1\nspeed = 1\n')
    problems = mistakes(
        file,
        {"IMAGE_PROXY_IMAGES__QUEUE": "0", "IMAGE_PROXY_NONE": "1"},
        {"server": {"port": 70000}},
    )
    assert sorted(problem.partition(" (")[0] for problem in problems) == [
        "fetch.redirects",
        "fetch.speed",
        "images.queue",
        "log.level",
        "none",
        "server.port",
    ]
    assert any("(the command line): 70000" in problem for problem in problems)


def test_a_secret_is_never_shown(file: Path) -> None:
    file.write_text('[origins.a.headers]\nX-Key = "geheim€"\n"geheim €" = "x"\n')
    problems = mistakes(file, {"IMAGE_PROXY_ADMIN__TOKEN": "geheim\n"})
    assert ["geheim" in problem for problem in problems] == [False, False, True]
    assert '"geheim' in problems[2], "a field's name is no secret"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("DIALECTS__IMGPROXY_KEYS", "geheim:00", id="a key that is not hex"),
        pytest.param("DIALECTS__IMGPROXY_KEYS", '["geheim"', id="a list that is not JSON"),
        pytest.param("ACCESS__KEYS", '[["geheim"]]', id="a list in a list"),
        pytest.param("DIALECTS__WILLNORRIS_KEYS", '[{"geheim": 1}]', id="a table in a list"),
    ],
)
def test_no_key_is_ever_shown(name: str, value: str) -> None:
    (problem,) = mistakes(None, {f"IMAGE_PROXY_{name}": value})
    assert "geheim" not in problem


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "the file cannot be read: No such file or directory", id="absent"),
        pytest.param(b"[server]\n\nhost = '\xff'\n", ":3: the text is not UTF-8", id="not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read(file: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        file.write_bytes(content)
    problems = mistakes(file, {"IMAGE_PROXY_LOG__LEVEL": "loud"})
    assert problems[0].startswith(str(file))
    assert said in problems[0]
    assert problems[1].startswith("log.level"), "the other layers are judged all the same"


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    assert mistakes(tmp_path, {}) == (f"{tmp_path}: the file cannot be read: Is a directory",)


@pytest.mark.parametrize("identity", ["cfg-crlf", "cfg-name-space", "cfg-nonlatin"])
def test_hostile_header_fields_are_refused(identity: str) -> None:
    if not HOSTILE.exists():
        pytest.skip("the shared cases are not beside the project")
    rows = (json.loads(line) for line in HOSTILE.read_text().splitlines())
    target = next(row["target"] for row in rows if row["id"] == identity)
    name, _, value = target.replace("\\r\\n", "\r\n").partition(": ")
    origins = json.dumps({"a.example": {"headers": {name: value}}})
    (problem,) = mistakes(None, {"IMAGE_PROXY_ORIGINS": origins})
    assert problem.startswith('origins."a.example".headers.')


KNOWN = [
    f"{section}__{key}"
    for section, field in Settings.model_fields.items()
    for key in getattr(field.annotation, "model_fields", ["a", "a__width", "a__headers"])
]


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(KNOWN) | st.text("abc_.", max_size=12),
        st.text()
        | st.from_regex(r"\[.*\]|\{.*\}|[0-9]{1,400} ?(s|d|GiB)", fullmatch=True)
        | st.text(st.characters(codec=None)),
        max_size=4,
    )
)
def test_whatever_the_environment_holds_is_settings_or_mistakes(variables: dict[str, str]) -> None:
    environ = {PREFIX + name.upper(): value for name, value in variables.items()}
    problems: tuple[str, ...] = ()
    try:
        load(None, environ=environ)
    except SettingsError as exc:
        problems = exc.problems or ("a mistake without a sentence",)
    for problem in problems:
        assert any(f"({name}" in problem or f", {name}" in problem for name in environ), problem
