"""The sample post: its text beside this file, and its parts as the demo's page needs them.

Reads this one file in its own known form; posts from elsewhere are the mirror's work.
"""

from dataclasses import dataclass
from importlib.resources import files

WRAPPER = "https://cors.zfour.workers.dev/?"  # what stands before every picture's own address


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post's parts; addresses are as they stand in the text, wrapped."""

    title: str
    author: str
    date: str  # as written: "Wed, 17 Nov 2021 00:00:00 GMT"
    categories: tuple[str, ...]
    headimg: str
    thumbnail: str
    body: str  # HTML


def sample_text() -> str:
    """Return the sample post as it lies in a blog's folder: front matter, then HTML."""
    return files("proxy.demo").joinpath("post.md").read_text("utf-8")


def read(text: str) -> Post:
    """Return a post's parts; KeyError or ValueError where the text is not in the sample's form."""
    _, front, body = text.split("---\n", 2)
    fields: dict[str, str] = {}
    categories: list[str] = []
    for line in front.splitlines():
        if line.startswith(" - "):
            categories.append(line.removeprefix(" - "))
            continue
        name, _, value = line.partition(":")
        fields[name] = value.strip().strip("'")
    return Post(
        title=fields["title"],
        author=fields["author"],
        date=fields["date"],
        categories=tuple(categories),
        headimg=fields["headimg"],
        thumbnail=fields["thumbnail"],
        body=body.strip(),
    )
