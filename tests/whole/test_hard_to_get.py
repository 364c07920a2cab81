"""Publishers that guard their pictures, each in its own way, behind a whole service."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from proxy.images.fingerprint import fingerprint
from proxy.images.limits import Limits
from proxy.settings import Images
from tests.fakes.house import serving, settings_for
from tests.fakes.pictures import quadrants, saved
from tests.fakes.raw_origin import Answer, raw_origin
from tests.flow.rig import HTML, MINUTE, says
from tests.flow.test_ladder import field
from tests.images.test_fingerprint import notice

PICTURE = saved(quadrants(), "PNG")
KNOWN = fingerprint(saved(notice(), "PNG"), Limits.of(Images()))
NOTICE = saved(notice().resize((320, 200)), "JPEG")  # the same, not to the byte

# By host: the Referer that is shown the picture, and what others get.
GUARDS: Mapping[str, tuple[str | None, Answer]] = {
    "needs.one.example": ("https://wanted.example/", says(HTML, status=403)),
    "wants.none.example": (None, says(HTML, status=403)),
    "wants.root.example": ("https://root.example/", says(HTML, status=403)),
    "shows.notice.example": ("http://shows.notice.example/", says(NOTICE, MINUTE)),
    "never.example": ("nobody", says(NOTICE, MINUTE)),
}
EXPECTED = {
    "needs.one.example": (200, 1, 1),  # the operator named what it wants
    "wants.none.example": (200, 1, 1),
    "wants.root.example": (200, 4, 1),
    "shows.notice.example": (200, 2, 1),
    "never.example": (502, 4, 4),
}


def guarded(head: str) -> Answer:
    wanted, refusal = GUARDS[field(head, "Host") or ""]
    return says(PICTURE, MINUTE) if field(head, "Referer") == wanted else refusal


@pytest.mark.slow
async def test_each_is_got_or_refused_rightly_and_the_second_ask_knows_how(tmp_path: Path) -> None:
    async with raw_origin(choose=guarded) as origin:
        there = {"connect_to": f"127.0.0.1:{origin.port}"}
        more: dict[str, Any] = {
            "access": {"hosts": list(GUARDS), "placeholders": [f"phash:{KNOWN:016x}"]},
            "origins": {
                host: {**there, **({"referer": wanted} if host == "needs.one.example" else {})}
                for host, (wanted, _) in GUARDS.items()
            },
        }
        async with serving(settings_for(tmp_path, origin.port, more)) as house:
            for number in range(2):
                for host, (status, *asks) in EXPECTED.items():
                    before = len(origin.requests)
                    async with house.get(f"/?http://{host}/{number}.png") as response:
                        body = await response.read()
                    assert (response.status, host) == (status, host)
                    assert (body == PICTURE) is (status == 200)
                    assert (len(origin.requests) - before, host) == (asks[number], host)
