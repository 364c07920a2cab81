"""``scan``: a line a reference, JSON, a manifest, and the exit code."""

import json
from pathlib import Path

import pytest

from proxy.cli.scan import scan
from proxy.model.manifest import read

POST = b"""---
headimg: http://h/a.jpg
---
<img src="http://h/a.jpg" width="900" height="420">

![](http://h/b.jpg)
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text("")
    return file


@pytest.fixture
def post(tmp_path: Path) -> Path:
    file = tmp_path / "post.md"
    file.write_bytes(POST)
    return file


def test_a_line_tells_place_role_size_and_source(
    post: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scan(str(post), config=config) == 0
    said = capsys.readouterr()
    assert [line.split() for line in said.out.splitlines()] == [
        [f"{post}:2:10", "headimg", "front", "matter:", "headimg", "-", "http://h/a.jpg"],
        [f"{post}:4:11", "body", "img[src]", "900×420", "http://h/a.jpg"],
        [f"{post}:6:5", "body", "markdown", "image", "-", "http://h/b.jpg"],
    ]
    assert said.err == "3 references to 2 sources in 1 document\n"


def test_a_machine_reads_all_of_it(
    post: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scan(str(post), as_json=True, config=config) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["documents"], said["sources"], said["complaints"]) == (1, 2, [])
    first = said["references"][0]
    assert (first["role"], first["line"], first["written"]) == ("headimg", 2, "http://h/a.jpg")
    assert POST[first["start"] : first["end"]] == b"http://h/a.jpg"


def test_the_manifest_names_each_source_with_its_posts_and_roles(
    post: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = post.with_suffix(".json")
    assert scan(str(post), manifest=file, config=config) == 0
    assert capsys.readouterr().out
    found = read(file.read_text())
    assert found.made_by == "scan"
    assert found.sources == {
        "http://h/a.jpg": {"posts": [str(post)], "roles": ["body", "headimg"]},
        "http://h/b.jpg": {"posts": [str(post)], "roles": ["body"]},
    }


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        pytest.param("<img src='C:/3.png'>", 1, "✗ a local path: C:/3.png", id="no source"),
        pytest.param("<img src='data:,x'>", 0, "· a data: address: data:,x", id="a picture itself"),
        pytest.param("---\na: [\n---\n", 1, "no YAML", id="a complaint"),
        pytest.param("nothing", 0, "0 references to 0 sources in 1 document", id="nothing"),
    ],
)
def test_the_code_says_whether_each_leads_somewhere(
    tmp_path: Path, text: str, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    post, config = tmp_path / "post.md", tmp_path / "config.toml"
    config.touch()
    post.write_text(text)
    assert scan(str(post), config=config) == code
    assert told in "".join(capsys.readouterr())
