"""Addresses in a sitemap: ``image:loc`` and ``video:thumbnail_loc``; a page's ``loc`` is none."""

from proxy.mirror.reference import Role
from proxy.mirror.scan import undone, xml
from proxy.mirror.scan.found import Found, trimmed

_ROLES = {"image:loc": Role.BODY, "video:thumbnail_loc": Role.THUMBNAIL}


def find(text: str) -> list[Found]:
    """Return the addresses of pictures in a sitemap's octets."""
    found = (
        trimmed(
            undone.xml(text, element.start, element.end),
            role=_ROLES[element.name],
            where=element.name,
        )
        for element in xml.elements(text)
        if element.name in _ROLES
    )
    return [one for one in found if one]
