"""``sign``: an address that is signed is what the rules take for signed; else 2 and what to do."""

import os
from pathlib import Path

import pytest

from proxy import clock, dialects
from proxy.cli.sign import sign
from proxy.config import load
from proxy.errors import SettingsError
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.rules import judge
from proxy.rules.policy import Policy

KEYS = """
[server]
names = ["img.blog.example"]
[access]
keys = ["geheim", "old"]
[dialects]
enabled = ["wrapped", "imgproxy", "willnorris"]
imgproxy_keys = ["6b6579:73616c74"]
willnorris_keys = ["secretkey"]
"""
PICTURE = "http://image.woshipm.com/a.jpg"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the test's."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("IMAGE_PROXY_"):
            monkeypatch.delenv(name)


def written(text: str) -> None:
    Path("config.toml").write_text(text)


def judged(target: str) -> Order:
    settings = load(Path("config.toml"), environ={})
    order = dialects.read(Request(method="GET", target=target), settings)
    return judge(order, Policy.of(settings), clock.now()).order


@pytest.mark.parametrize(
    ("address", "front", "width"),
    [
        pytest.param(f"/w=481/?{PICTURE}", "", 481, id="a path: exactly what it says"),
        pytest.param(PICTURE, "", None, id="a picture's own address: the original"),
        pytest.param(
            f"https://img.blog.example/thumbnail,dpr=2/?{PICTURE}",
            "https://img.blog.example",
            800,
            id="whole, with our name",
        ),
        pytest.param(
            f"https://cors.zfour.workers.dev/thumbnail/?{PICTURE}",
            "",
            400,
            id="the old worker's, which could not tell a signature",
        ),
        pytest.param(
            f"/_/rs:fit:300:300/plain/{PICTURE}", "", 300, id="imgproxy's, with its own key"
        ),
        pytest.param(
            f"https://img.blog.example/480x/{PICTURE}",
            "https://img.blog.example",
            480,
            id="imageproxy's, whole",
        ),
    ],
)
def test_what_is_signed_is_admitted(
    address: str, front: str, width: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    written(KEYS)
    assert sign(address) == 0
    said = capsys.readouterr().out.strip()
    assert said.startswith(f"{front}/")
    order = judged(said.removeprefix(front))
    assert (order.source.url, order.transform.width) == (PICTURE, width)
    assert order.signature is not None


def test_an_end_is_so_long_from_now(capsys: pytest.CaptureFixture[str]) -> None:
    written(KEYS)
    before = clock.now()
    assert sign(PICTURE, expires="7d") == 0
    order = judged(capsys.readouterr().out.strip())
    assert order.expires is not None
    assert before + 7 * 86400 <= order.expires <= clock.now() + 7 * 86400 + 1


@pytest.mark.parametrize(
    ("settings", "address", "expires", "said"),
    [
        pytest.param("", PICTURE, None, "access.keys: there is no key to sign with", id="no key"),
        pytest.param(
            KEYS.replace("keys = [", "#", 1),
            f"/w=9/?{PICTURE}",
            None,
            "no key of dialects.imgproxy_keys, dialects.willnorris_keys signs such an address",
            id="no key for such an address",
        ),
        pytest.param(
            KEYS.replace('"wrapped", ', ""), PICTURE, None, "no key of dialects.", id="not enabled"
        ),
        pytest.param(KEYS, f"/w=x/?{PICTURE}", None, "at character 3, w takes", id="wrong options"),
        pytest.param(KEYS, f"/large/?{PICTURE}", None, "known presets: thumbnail", id="no preset"),
        pytest.param(KEYS, "nowhere", None, "signs such an address; write it like", id="no scheme"),
        pytest.param(KEYS, "http:///", None, "could not be read", id="no host"),
        pytest.param(
            KEYS, PICTURE, "7", "--expires: '7' needs a unit of ms, s, m, h, d", id="no unit"
        ),
        pytest.param(KEYS, PICTURE, "9999d", "--expires: ", id="too long"),
        pytest.param(
            KEYS,
            f"/_/w:9/plain/{PICTURE}",
            "7d",
            "--expires: write exp:",
            id="imgproxy says so among its options",
        ),
        pytest.param(KEYS, f"/9x/{PICTURE}", "7d", "--expires: write vu", id="imageproxy too"),
        pytest.param(
            '[access]\nkeys = ["geheim"]',
            f"https://img.blog.example/thumbnail/?{PICTURE}",
            None,
            "is that host ours? name it in [server] names, or begin with the path",
            id="a name that may be ours",
        ),
    ],
)
def test_what_cannot_be_signed(settings: str, address: str, expires: str | None, said: str) -> None:
    written(settings)
    with pytest.raises(SettingsError) as refused:
        sign(address, expires=expires)
    (problem,) = refused.value.problems
    assert said in problem
    assert "geheim" not in problem
