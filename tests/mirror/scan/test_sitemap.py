"""Twin of proxy/mirror/scan/sitemap.py."""

from proxy.mirror.reference import Role
from proxy.mirror.scan import sitemap


def test_pictures_but_no_pages() -> None:
    text = (
        "<urlset><url><loc>https://b/a.png</loc><image:image><image:loc> https://b/c?d&amp;e\n"
        "</image:loc></image:image><video:video><video:thumbnail_loc><![CDATA[https://b/f]]>"
        "</video:thumbnail_loc></video:video></url></urlset>"
    )
    found = [(text[one.start : one.end], one.address, one.role) for one in sitemap.find(text)]
    assert found == [
        ("https://b/c?d&amp;e", "https://b/c?d&e", Role.BODY),
        ("https://b/f", "https://b/f", Role.THUMBNAIL),
    ]
