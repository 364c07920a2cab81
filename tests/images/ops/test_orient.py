"""All eight orientations end upright."""

from dataclasses import replace

import pytest

from proxy.images.ops.orient import orient
from proxy.model.picture import Facts, Format
from tests.fakes.jobs import job
from tests.fakes.pictures import STORED, is_upright, quadrants, saved

JOB = job()


@pytest.mark.parametrize("orientation", STORED)
def test_orient(orientation: int) -> None:
    turn = STORED[orientation]
    stored = quadrants() if turn is None else quadrants().transpose(turn)
    facts = Facts(format=Format.PNG, width=64, height=48, orientation=orientation)
    upright = orient(stored, replace(JOB, facts=facts))
    assert upright.size == (64, 48)
    assert is_upright(saved(upright, "PNG"))


def test_a_tiff_is_turned_by_its_decoder_already() -> None:
    facts = Facts(format=Format.TIFF, width=64, height=48, orientation=6)
    image = quadrants()
    assert orient(image, replace(JOB, facts=facts)) is image
