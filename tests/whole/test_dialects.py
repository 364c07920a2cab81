"""One picture asked for in every dialect, over a socket: one fetch, one entry, one answer."""

import json
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from proxy import dialects
from proxy.demo.publisher import COUNTS, publisher, serve
from proxy.dialects import imgproxy, willnorris
from tests.fakes.house import HOST, House, serving, settings_for
from tests.fakes.pictures import quadrants, saved
from tests.whole.conftest import Scene

pytestmark = pytest.mark.slow

ALL = [dialect.name for dialect in dialects.DIALECTS]
SOURCE = f"http://{HOST}/a.jpg"
PAIR = "943b421c9eb07c830af81030552c8600:520f986b998545b4785e0defbc4f3c12"


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Scene]:
    """Open a service that reads every dialect, and makes for strangers what they ask."""
    pictures = {"/a.jpg": saved(quadrants(1200, 900), "JPEG")}
    app = publisher(pictures)
    more = {"dialects": {"enabled": ALL}, "access": {"options": True}}
    async with serve(app) as port, serving(settings_for(tmp_path / "cache", port, more)) as house:
        yield Scene(house=house, pictures=pictures, counts=app[COUNTS])


async def asked(house: House, target: str) -> tuple[int, str, bytes]:
    """Return status, ETag and body."""
    async with house.get(target) as answer:
        return answer.status, answer.headers.get("ETag", ""), await answer.read()


@pytest.mark.parametrize(
    "targets",
    [
        pytest.param(
            [
                f"/w=480,f=same/?{SOURCE}",
                f"/?url={HOST}/a.jpg&w=480&we&il&n=-1",
                f"/cdn-cgi/image/width=480,metadata=none/{SOURCE}",
                f"/_/w:480/plain/{SOURCE}",
                f"/insecure/rs:fit:240:0/dpr:2/plain/http:/{HOST}/a.jpg",
                f"/480x/{SOURCE}",
                f"/480x/http%3A%2F%2F{HOST}%2Fa.jpg",
            ],
            id="480 wide, in its own format",
        ),
        pytest.param(
            [
                f"/w=400,h=300/?{SOURCE}",
                f"/thumbnail/?{SOURCE}",
                f"/_/pr:thumbnail/plain/{SOURCE}",
                f"/cdn-cgi/image/w=400,h=300,fit=aspect-crop,f=auto,metadata=none/{SOURCE}",
            ],
            id="the thumbnail, by name and by its sides",
        ),
        pytest.param(
            [f"/w=480/?{SOURCE}", f"/photon/{HOST}/a.jpg?w=480"],
            id="480 wide, negotiated",
        ),
        pytest.param(
            [
                f"/rotate=270,w=200,h=300,f=same/?{SOURCE}",
                f"/300x200,r90/{SOURCE}",
                f"/_/rot:270/rs:fill:200:300/plain/{SOURCE}",
            ],
            id="turned, once sized or before",
        ),
        pytest.param(
            [
                f"/?{SOURCE}",
                f"/{SOURCE}",
                f"/http:/{HOST}/a.jpg",
                f"/{HOST}/a.jpg",
                f"//{SOURCE}",
                f"/_/raw:1/plain/{SOURCE}",
                f"/photon/{HOST}/a.jpg",
            ],
            id="the original",
        ),
    ],
)
async def test_all_lead_to_one_entry(tower: Scene, targets: list[str]) -> None:
    answers = {target: await asked(tower.house, target) for target in targets}
    assert {target: status for target, (status, _, _) in answers.items()} == dict.fromkeys(
        targets, 200
    )
    assert len({etag for _, etag, _ in answers.values()}) == 1, answers.keys()
    assert len({body for _, _, body in answers.values()}) == 1
    assert tower.counts.total == 1


async def test_a_turn_after_sizing_is_what_it_says(tower: Scene) -> None:
    _, _, body = await asked(tower.house, f"/300x200,r90/{SOURCE}")
    with Image.open(BytesIO(body)) as made, Image.open(BytesIO(tower.pictures["/a.jpg"])) as whole:
        assert made.size == (200, 300)
        flat = whole.convert("RGB").rotate(90, expand=True)  # PIL's are counter-clockwise, too
        for x, y in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)):
            expected = flat.getpixel((int(flat.width * x), int(flat.height * y)))
            found = made.convert("RGB").getpixel((int(200 * x), int(300 * y)))
            assert isinstance(expected, tuple)
            assert isinstance(found, tuple)
            assert max(abs(a - b) for a, b in zip(expected, found, strict=True)) < 24


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("/_/foo:1/plain/http://h/x", 400, "at character 1, no option begins there"),
        ("/_/w:200/h:x/plain/http://h/x", 400, "at character 9, height takes whole pixels"),
        (f"/_/wm:0.5/plain/{SOURCE}", 400, "not offered here: watermark"),
        ("/_/pr:nobody/plain/http://h/x", 404, "known presets: thumbnail, headimg"),
        (f"/_/plain/{SOURCE}@tiff", 400, "not offered here: format tiff"),
        ("/_/plain/http://h/a@b@png", 400, "could not be read"),
        (f"/_/exp:1577836800/plain/{SOURCE}", 403, "has expired"),
        (f"/200x,tiff/{SOURCE}", 400, "not offered here: tiff"),
        (f"/20000x/{SOURCE}", 400, "at character 1, no length is over 16383"),
        (f"/200x,vu1577836800/{SOURCE}", 403, "has expired"),
        ("/https://evil.example/x.jpg", 403, "host is not allowed"),
        ("/evil.example/x.jpg", 403, "host is not allowed"),
        ("/http://h:99999/x.jpg", 400, "could not be read"),
        ("/favicon.ico", 404, "Nothing answers"),
        ("/?a=1&b=2", 400, "could not be read"),
    ],
)
async def test_a_refusal_helps(tower: Scene, target: str, status: int, said: str) -> None:
    found, _, body = await asked(tower.house, target)
    assert (found, said in json.loads(body)["title"]) == (status, True), body


@pytest.mark.parametrize(
    ("dialect", "target"),
    [
        pytest.param(imgproxy, f"/_/w:480/plain/{SOURCE}", id="imgproxy"),
        pytest.param(willnorris, f"/480x,q70/{SOURCE}", id="willnorris"),
    ],
)
async def test_its_keys_close_a_dialect_to_the_unsigned(
    tmp_path: Path, dialect: ModuleType, target: str
) -> None:
    app = publisher({"/a.jpg": saved(quadrants(1200, 900), "JPEG")})
    keys = {"imgproxy_keys": [PAIR], "willnorris_keys": ["secretkey"]}
    async with serve(app) as port:
        settings = settings_for(tmp_path / "cache", port, {"dialects": {"enabled": ALL, **keys}})
        signed = dialect.sign(target, settings)
        async with serving(settings) as house:
            assert (await asked(house, target))[0] == 403
            assert (await asked(house, signed))[0] == 200
            assert (await asked(house, signed.replace("480", "481")))[0] == 403


async def test_with_wrapped_alone_no_other_is_read(scene: Scene) -> None:
    others = {
        f"/?url={HOST}/small.png": 400,
        f"/cdn-cgi/image/w=9/{SOURCE}": 404,
        f"/photon/{HOST}/small.png": 404,
        f"/_/plain/{SOURCE}": 404,
        f"/200x/{SOURCE}": 404,
        f"/{SOURCE}": 404,
        f"/{HOST}/small.png": 404,
    }
    assert {target: (await asked(scene.house, target))[0] for target in others} == others
    assert scene.counts.total == 0
