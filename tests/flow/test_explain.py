"""What an address means is told room by room; nothing is fetched, and a refusal is an answer."""

from pathlib import Path
from typing import Any

import pytest

from proxy.errors import BadAddress, BadOption
from proxy.flow.explain import Explainer, Facts
from proxy.images.workers import Workers
from proxy.model.request import Request
from tests.fakes.house import HOST
from tests.flow.rig import HTML, JPEG, MINUTE, fields, says
from tests.flow.test_flow import Corridor, corridor

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

ADDRESS = f"/thumbnail/?http://{HOST}/a.png"


async def explained(line: Corridor, target: str = ADDRESS, **asked: str) -> Facts:
    parts = line.parts
    explainer = Explainer(
        settings=parts.settings, policy=parts.policy, store=parts.store, now=parts.now
    )
    return await explainer.explain(Request(method="GET", target=target, headers=fields(**asked)))


def of(value: object) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


async def test_before_anything_is_kept(tmp_path: Path, workers: Workers) -> None:
    async with corridor(tmp_path, workers, says(JPEG)) as line:
        said = await explained(line)
        assert said["source"] == f"http://{HOST}/a.png"
        assert (said["dialect"], said["preset"], said["options"]) == (
            *("wrapped", "thumbnail"),
            "w=400,h=300",
        )
        assert (said["allowed"], said["origin"]) == (True, HOST)
        assert said["referer"] == "https://www.woshipm.com/"
        assert (said["cache"], said["failure"]) == ({"state": "none"}, None)
        assert of(said["written"])["wrapped"] == ADDRESS
        assert line.n_asked == 0


async def test_the_remembered_referer_and_the_fallbacks_are_told(
    tmp_path: Path, workers: Workers
) -> None:
    more = {"origins": {HOST: {"referer": "auto", "fallbacks": ["https", "evil.example"]}}}
    refused = says(HTML, status=403)
    async with corridor(tmp_path, workers, refused, says(JPEG), more=more) as line:
        said = await explained(line)
        assert (said["referer"], said["fallbacks"]) == (None, [f"https://{HOST}/a.png"])
        await line.ask(f"/?http://{HOST}/b.png")
        assert line.n_asked == 2
        assert (await explained(line))["referer"] == f"http://{HOST}/"


async def test_an_original_and_its_picture_as_they_stand(tmp_path: Path, workers: Workers) -> None:
    async with corridor(tmp_path, workers, says(JPEG, MINUTE)) as line:
        await line.ask(f"/?http://{HOST}/a.png")
        said = await explained(line, Accept="image/webp")
        kept = of(said["cache"])
        assert (kept["state"], kept["status"], kept["type"]) == ("fresh", 200, "image/jpeg")
        assert (kept["age_s"], kept["lifetime_s"], kept["bytes"]) == (0, 60, len(JPEG))
        planned = {"state": "not made yet", "format": "webp", "quality": 80}
        assert said["picture"] == planned
        await line.ask(ADDRESS, Accept="image/webp")
        line.parts.now.at += 90
        said = await explained(line, Accept="image/webp")
        assert of(said["cache"])["state"] == "stale"
        picture = of(said["picture"])
        assert (picture["state"], picture["width"], picture["height"]) == ("stored", 400, 300)
        assert line.n_asked == 1


async def test_a_refusal_and_a_failure_are_told(tmp_path: Path, workers: Workers) -> None:
    more = {"cache": {"remember_failures": True}}
    async with corridor(tmp_path, workers, says(HTML, status=404), more=more) as line:
        said = await explained(line, "/w=400/?http://evil.example/a.png")
        assert said["allowed"] is False
        assert of(said["refusal"])["type"] == "host-not-allowed"
        with pytest.raises(Exception, match="404"):
            await line.ask(ADDRESS)
        failure = of((await explained(line))["failure"])
        assert (failure["type"], failure["status"]) == ("origin-status", 404)


async def test_sides_are_told_as_they_will_be_made(tmp_path: Path, workers: Workers) -> None:
    more = {"access": {"options": True}}
    async with corridor(tmp_path, workers, says(JPEG), more=more) as line:
        assert (await explained(line, f"/w=401/?http://{HOST}/a.png"))["options"] == "w=410"


@pytest.mark.parametrize(
    ("target", "failure"), [("/?ftp://x/", BadAddress), (f"/w=x/?http://{HOST}/", BadOption)]
)
async def test_what_cannot_be_read_is_raised(
    tmp_path: Path, workers: Workers, target: str, failure: type[Exception]
) -> None:
    async with corridor(tmp_path, workers) as line:
        with pytest.raises(failure):
            await explained(line, target)
