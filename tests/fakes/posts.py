"""Made-up posts in every format the mirror reads, each with the number of pictures it refers to.

``corpus`` is what a blog might hold; ``PIECES`` are what its oddities are put together from.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from proxy.mirror.scan import Kind

ADDRESSES = (
    "http://publisher.test/2021/11/a.jpg",
    "https://cors.zfour.workers.dev/?http://publisher.test/b.png!custom",
    "//publisher.test/中文.png",
    "/local/c.gif",
    "data:image/png;base64,AA==",
    "http://publisher.test/?a=1&amp;b=2",
    "https://i0.wp.com/publisher.test/x.png?ssl=1",
    "https://images.weserv.nl/?url=publisher.test%2Fy.jpg",
    "C:\\a.png",
    "http://publisher.test/(a).jpg",
    "http://publisher.test/a|b.png",
    "http://publisher.test/%E6%B3%A8%E5%86%8C.png",
    "http://publisher.test/base64-img6162a224cabd9-picture",
)
MARKDOWN = (
    "![x]({u})",
    '![x](<{u}> "t")',
    "[![x]({u})]({u})",
    "[x]({u})",
    "[r]: {u}",
    "![x][r]",
    "<{u}>",
    "`![x]({u})`",
    "```\n![x]({u})\n```",
    "    ![x]({u})",
    "- a\n\n  ![x]({u})",
    '> ![x]({u})\n> <img\n> src="{u}">',
    "| a | b |\n|---|---|\n| ![x]({u}) | ![x]({u}) |",
    "# ![x]({u}) #",
    "a ![x]({u})\n===",
    "\\![x]({u})",
    "plain 文字",
    "1. a",
    ">",
    "-",
    "\t",
)
HTML = (
    '<img src="{u}" alt=avatar width=9 height="9px">',
    "<img src='{u}' srcset='{u} 1x, {u} 2x'>",
    "<a href={u}>",
    '<div style="background:url(&quot;{u}&quot;)">',
    "<style>a{{background:url('{u}')}}</style>",
    "<pre>\n\n![x]({u})\n\n</pre>",
    "<!-- <img src={u}> -->",
    "<video poster={u}><source src={u}></video>",
    "<base href='{u}'>",
    "<p data-avatar='{u}'>",
    "<div>",
    "</div>",
    "<b",
)
OTHERS = (
    "---",
    "headimg: {u}",
    "cover: '{u}'",
    'photos:\n  - {u}\n  - "{u}"',
    "title: a: b",
    "url({u})",
    "@import url({u});",
    "image-set('{u}' 1x)",
    "/*",
    "*/",
    "\\",
    '"',
    "'",
    "<enclosure url='{u}' type='image/png'/>",
    '<description><![CDATA[<img src="{u}">]]></description>',
    "<description>&lt;img src=&quot;{u}&quot;&gt;</description>",
    "<image:loc>{u}</image:loc>",
    "<media:content url='{u}'>",
    "<item>",
    "</item>",
    "]]>",
    "\x00",
    "\x0c",
    "\ufeff",
    "\u2028\u3000\xa0",
)
PIECES = MARKDOWN + HTML + OTHERS
_CJK = [chr(code) for code in range(0x4E00, 0x4E00 + 800)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of a known kind that refers to ``count`` pictures."""

    name: str
    kind: Kind
    content: bytes
    count: int


def corpus(posts: int, seed: int = 1) -> Iterator[Document]:
    """Yield that many documents: eight in ten are posts as mirror blogs hold them."""
    made = random.Random(seed)  # noqa: S311  # the same corpus every time
    kinds = tuple(_KINDS)
    for number in range(posts):
        suffix = kinds[number // 5 % len(kinds)] if number % 5 == 3 else "md"
        kind, make = _KINDS[suffix]
        text, count = make(made) if suffix != "md" else _POSTS[number % 3 > 0](made)
        content = text.replace("\n", "\r\n").encode() if number % 7 == 0 else text.encode()
        name = f"post-{number}.{suffix}"
        yield Document(name=name, kind=kind, content=content, count=count)


def _address(made: random.Random, *, escaped: bool = True) -> str:
    path = f"wp-files/20{made.randrange(10, 26)}/11/{made.randrange(16**12):012x}"
    suffix = made.choice((".jpg", ".png", ".png!/both/72x72", ".jpg!custom", ""))
    query = made.choice(("", "", "", "?a=1&amp;b=2" if escaped else "?a=1&b=2"))
    wrapper = made.choice(("https://cors.zfour.workers.dev/?", "", ""))
    return f"{wrapper}http://image{made.randrange(9)}.publisher.test/{path}{suffix}{query}"


def _sentence(made: random.Random) -> str:
    return "".join(made.choices(_CJK, k=made.randrange(40, 160))) + "，and some words 2021。"


def _front(made: random.Random) -> str:
    address = _address(made, escaped=False)
    date = made.choice(("Wed, 17 Nov 2021 00:00:00 GMT", "2021-10-28 14:08:07"))
    return (
        f"{made.choice(('', chr(10)))}---\ntitle: '{_sentence(made)[:24]}'\n"
        f"categories: \n - 新\n - 文章\nheadimg: '{address}'\n"
        f"comments: false\ndate: {date}\nthumbnail: '{address}'\n---\n"
    )


def _published(made: random.Random) -> tuple[str, int]:
    """Return a publisher's HTML in Markdown, as a mirror blog has it."""
    pictures = made.randrange(4, 16)
    lines = [f"<p>{_sentence(made)}</p>" for _ in range(made.randrange(30, 60))]
    for _ in range(pictures):
        picture = (
            f'<p><img class="size-full" src="{_address(made)}" alt width="900" height="420" '
            'referrerpolicy="no-referrer"></p>'
        )
        lines.insert(made.randrange(len(lines)), picture)
    lines.append(f'<button data-post-id="52" data-avatar="{_address(made)}">x</button>')
    body = "\n".join(lines)
    return f"{_front(made)}\n<div>   \n{body}\n</div>\n", pictures + 3


def _written(made: random.Random) -> tuple[str, int]:
    """Return a post somebody wrote in Markdown."""
    pictures = made.randrange(2, 12)
    parts = [_sentence(made) for _ in range(made.randrange(20, 50))]
    for _ in range(pictures):
        address = _address(made, escaped=False)
        parts.insert(made.randrange(len(parts)), f"![{_sentence(made)[:8]}]({address})")
    parts.insert(len(parts) // 2, "- one\n- two\n\n```sh\n![no](http://publisher.test/no.png)\n```")
    return f"{_front(made)}\n" + "\n\n".join(parts) + "\n", pictures + 2


def _page(made: random.Random) -> tuple[str, int]:
    text, count = _published(made)
    body = text.partition("<div>")[2]
    head = f'<meta property="og:image" content="{_address(made)}">'
    return f"<!doctype html><html><head>{head}</head><body><div>{body}</body></html>", count - 1


def _sheet(made: random.Random) -> tuple[str, int]:
    rules = [
        f".c{number} {{ color: red; background: url('{_address(made, escaped=False)}') }} /* x */"
        for number in range(20)
    ]
    return "\n".join(rules), 20


def _feed(made: random.Random) -> tuple[str, int]:
    items = [
        f"<item><title>{_sentence(made)}</title><description><![CDATA[<p>{_sentence(made)}<img "
        f'src="{_address(made)}"></p>]]></description><enclosure url="{_address(made)}" '
        'type="image/jpeg" length="1"/></item>'
        for _ in range(10)
    ]
    return f'<?xml version="1.0"?><rss><channel>{"".join(items)}</channel></rss>', 20


def _sitemap(made: random.Random) -> tuple[str, int]:
    pages = [
        f"<url><loc>https://blog.test/{number}</loc><image:image><image:loc>{_address(made)}"
        "</image:loc></image:image></url>"
        for number in range(20)
    ]
    return f'<?xml version="1.0"?><urlset>{"".join(pages)}</urlset>', 20


def _list(made: random.Random) -> tuple[str, int]:
    lines = [_address(made, escaped=False) for _ in range(20)]
    return "# all\n\n" + "\n".join(lines), 20


_Make = Callable[[random.Random], tuple[str, int]]
_POSTS: tuple[_Make, _Make] = (_written, _published)
_KINDS: dict[str, tuple[Kind, _Make]] = {
    "md": (Kind.MARKDOWN, _written),
    "html": (Kind.HTML, _page),
    "css": (Kind.CSS, _sheet),
    "rss": (Kind.FEED, _feed),
    "xml": (Kind.SITEMAP, _sitemap),
    "txt": (Kind.LIST, _list),
}
