"""Twin of proxy/mirror/scan/feed.py."""

import feedparser  # type: ignore[import-untyped]  # it has no types
import pytest

from proxy.mirror.reference import Role
from proxy.mirror.scan import feed, html, octets
from proxy.mirror.scan.addresses import Addresses
from proxy.settings import Settings

WHERE = Addresses(Settings())
U = "http://h/a.png?b&amp;c"
B, T = Role.BODY, Role.THUMBNAIL


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param(f"<enclosure url='{U}' type='image/png'/>", [(U, B)], id="enclosure"),
        pytest.param("<enclosure url='http://h/a.mp3' type='audio/mpeg'/>", [], id="a podcast"),
        pytest.param(f"<enclosure url='{U}'/>", [(U, B)], id="without a type: by its name"),
        pytest.param("<media:content url='//h/a' medium='image' />", [("//h/a", B)], id="media"),
        pytest.param(f"<media:thumbnail url='{U}'/>", [(U, T)], id="media thumbnail"),
        pytest.param("<itunes:image href='//h/a'/>", [("//h/a", B)], id="itunes"),
        pytest.param(
            f"<image><url>{U}</url><link>http://h/b.png</link></image>", [(U, B)], id="logo"
        ),
        pytest.param(
            f"<link rel='enclosure' type='image/png' href='{U}'/>", [(U, B)], id="Atom's enclosure"
        ),
        pytest.param("<link href='http://h/a.png'/>", [], id="a link is none"),
        pytest.param(
            f'<description><![CDATA[中<img src="{U}">]]></description>', [(U, B)], id="CDATA"
        ),
        pytest.param(
            "<description>中&lt;img src=&quot;http://h/a?b&amp;amp;c&quot;&gt;</description>",
            [("http://h/a?b&amp;amp;c", B)],
            id="escaped",
        ),
        pytest.param(f"<content:encoded>\n<![CDATA[<img src='{U}'", [], id="cut off"),
        pytest.param(
            f"<content type='xhtml'><div><img src='{U}'/></div></content>", [(U, B)], id="xhtml"
        ),
        pytest.param("<content type='image/png' src='//h/a'/>", [("//h/a", B)], id="out of line"),
        pytest.param(
            "<description>&lt;p style=\"a:url('//h/a')\"&gt;</description>",
            [("//h/a", B)],
            id="style",
        ),
        pytest.param("<title><![CDATA[<img src='//h/a'>]]></title>", [], id="a title is text"),
    ],
)
def test_find(item: str, expected: list[tuple[str, Role]]) -> None:
    document = f"<rss><channel><title>中文</title><item>{item}</item></channel></rss>".encode()
    found = feed.find(octets.read(document), WHERE)
    assert [(document[one.start : one.end].decode(), one.role) for one in found] == expected


def test_sizes_and_bases_are_told() -> None:
    text = (
        "<feed xml:base='http://h/x/'><entry>"
        "<media:content url='a' type='image/a' width='9' height='x'/>"
        "<content type='html' xml:base='http://h/y/'>&lt;img src=b&gt;</content></entry></feed>"
    )
    one, other = feed.find(text, WHERE)
    assert (one.width, one.height, one.base, other.base) == (9, None, "http://h/x/", "http://h/y/")


def test_against_a_feed_parser() -> None:
    text = (
        "<?xml version='1.0'?><rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
        "<item><title>t</title><description>a &lt;img src='http://h/1?x&amp;amp;y'&gt;</description>"
        "<content:encoded><![CDATA[<p><img src='http://h/2'><img src='http://h/3'>]]></content:encoded>"
        "<enclosure url='http://h/4?x&amp;y' type='image/png' length='1'/>"
        "<media:thumbnail url='http://h/5'/><media:content url='http://h/6' medium='image'/></item>"
        "</channel></rss>"
    )
    (entry,) = feedparser.parse(text, sanitize_html=False).entries
    pages = [entry.summary, *(one.value for one in entry.content)]
    theirs = [one.address for page in pages for one in html.find(page, WHERE)]
    theirs += [one.href for one in entry.enclosures]
    theirs += [one["url"] for one in (*entry.media_thumbnail, *entry.media_content)]
    assert {one.address for one in feed.find(text, WHERE)} == set(theirs)
    assert len(theirs) >= 6
