"""The sample post has the real posts' shape (contracts/posts.md) and is read into its parts."""

import re
from pathlib import Path

import pytest

from proxy.demo import post
from proxy.demo.pictures import HILLS, PICTURES, PORTRAIT
from proxy.demo.post import WRAPPER

HOST = "http://image.woshipm.com"
SEED = Path(__file__).parents[3] / "shared" / "seed" / "post.md"
TEXT = post.sample_text()


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"\A\n---\n", id="an empty line comes first, then the front matter"),
        pytest.param(r"(?m)^title: '[^']+'$", id="the title is single-quoted"),
        pytest.param(r"(?m)^categories: \n - \S", id="the categories are a list"),
        pytest.param(rf"(?m)^headimg: '{re.escape(WRAPPER)}http://[^']+'$", id="a wrapped headimg"),
        pytest.param(r"(?m)^date: Wed, 17 Nov 2021 00:00:00 GMT$", id="the date is RFC 1123"),
        pytest.param(r"\n---\n\n<div>   \n", id="the body begins after an empty line"),
        pytest.param(
            rf'<img [^>]*src="{re.escape(WRAPPER + HOST)}\S+" alt width="900" height="420"'
            r' referrerpolicy="no-referrer">',
            id="a picture with an empty alt and its display size",
        ),
        pytest.param(r'data-avatar="http://image\.woshipm\.com/', id="a bare data-avatar"),
    ],
)
def test_the_sample_has_the_shape_of(pattern: str) -> None:
    assert re.search(pattern, TEXT)
    if SEED.exists():
        assert re.search(pattern, SEED.read_text("utf-8")), "the real post has it too"


def test_every_picture_of_the_sample_is_one_the_publisher_has() -> None:
    shown = re.findall(rf'<img [^>]*src="{re.escape(WRAPPER + HOST)}(\S+)"', TEXT)
    assert len(shown) >= 3
    assert {*shown, PORTRAIT} == set(PICTURES)
    assert TEXT.count("<img ") == TEXT.count('referrerpolicy="no-referrer"') == len(shown)


def test_no_sentence_of_the_sample_is_the_real_posts() -> None:
    if not SEED.exists():
        pytest.skip("../shared/seed/post.md is not here")
    seed = SEED.read_text("utf-8")
    ours = [s for s in re.split(r"[。，：；\s<>]", TEXT) if re.search(r"[\u4e00-\u9fff]{6}", s)]
    assert len(ours) > 20
    assert [sentence for sentence in ours if sentence in seed] == []


def test_read_returns_the_samples_parts() -> None:
    parts = post.read(TEXT)
    assert parts.title.startswith("半亩茶园")
    assert parts.author == "北坡茶农"
    assert parts.date == "Wed, 17 Nov 2021 00:00:00 GMT"
    assert parts.categories == ("手记", "种茶", "最新文章")
    assert parts.headimg == parts.thumbnail == f"{WRAPPER}{HOST}{HILLS}"
    assert parts.body.startswith("<div>")
    assert parts.body.endswith("</div>")


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        pytest.param("<p>only a body</p>", ValueError, id="no front matter"),
        pytest.param("\n---\ntitle: 'a'\n---\n", KeyError, id="no author, date and pictures"),
    ],
)
def test_read_refuses_a_text_in_another_form(text: str, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        post.read(text)
