"""Real Hexo from npm, installed once for all runs, and a site with a theme of one page."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = {"hexo": "8.1.2", "hexo-renderer-marked": "7.0.1"}
_NODE = 20  # Hexo 8 needs 20.19
_CONFIG = "title: A blog\ntheme: plain\npermalink: ':title/'\n"
_PACKAGE = (
    '{"private": true, "hexo": {}, "dependencies": {"hexo": "*", "hexo-renderer-marked": "*"}}'
)
_LAYOUT = """<!doctype html>
<meta charset="utf-8"><link rel="icon" href="data:,"><title>{{ page.title }}</title>
<img class="headimg" src="{{ page.headimg }}"><img class="thumbnail" src="{{ page.thumbnail }}">
{{ page.content | safe }}
<script>
for (const { dataset } of document.querySelectorAll('[data-avatar]')) {
  document.body.append(Object.assign(new Image(), { src: dataset.avatar }));
}
</script>
"""


def modules() -> Path:
    """Return a node_modules that holds Hexo; skips the test where there can be none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    if int(version.stdout.strip().lstrip("v").partition(".")[0]) < _NODE:
        pytest.skip(f"node is {version.stdout.strip()}, Hexo needs {_NODE}")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "image-proxy-tests")
    wanted = [f"{name}@{number}" for name, number in VERSIONS.items()]
    folder = cache / "+".join(wanted)
    if not folder.exists():
        _install(npm, wanted, folder)
    return folder / "node_modules"


def _install(npm: str, wanted: list[str], folder: Path) -> None:
    """Install beside and rename, so that a run that is killed leaves no half of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        draft = Path(beside, "site")
        draft.mkdir()
        (draft / "package.json").write_text('{"private": true}')
        words = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock")
        try:
            done = subprocess.run(  # noqa: S603  # npm, and names that stand above
                [npm, *words, *wanted], cwd=draft, capture_output=True, text=True, timeout=90,
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            pytest.skip("npm install of Hexo took over 90 s")
        if done.returncode:
            pytest.skip(f"npm cannot install Hexo: {done.stderr.strip()[-300:]}")
        if not folder.exists():  # another run was faster
            draft.rename(folder)


def make_site(folder: Path, post: Path, *, options: str = "", filtered: bool = False) -> Path:
    """Make a site of one post; ``options`` go to its _config.yml, with our filter if ``filtered``.

    Nothing is rendered yet.
    """
    posts, theme = folder / "source" / "_posts", folder / "themes" / "plain" / "layout"
    for made in (posts, theme, folder / "scripts"):
        made.mkdir(parents=True, exist_ok=True)
    (folder / "node_modules").symlink_to(modules())
    (folder / "package.json").write_text(_PACKAGE)
    (folder / "_config.yml").write_text(f"{_CONFIG}{options}")
    (theme / "post.njk").write_text(_LAYOUT)
    shutil.copy(post, posts / "tea.md")
    if filtered:
        shutil.copy(ROOT / "integrations" / "hexo" / "index.js", folder / "scripts/image-proxy.js")
    return folder


def generate(site: Path) -> str:
    """Render the site; return its post's page, which lies at public/tea/index.html."""
    hexo = site / "node_modules" / "hexo" / "bin" / "hexo"
    done = subprocess.run(  # noqa: S603  # what was installed above
        ["node", hexo, "generate"],  # noqa: S607  # as found by modules()
        cwd=site, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return (site / "public" / "tea" / "index.html").read_text("utf-8")
