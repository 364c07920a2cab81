"""Where a picture lies in a static tree: HOST/PATH, on whatever file system holds it. Pure.

A plain source can be read back from its path: "http://HOST/path/name.jpg", nothing in it that any
file system confuses or refuses. It lies at just that path. All others (another scheme or port, a
query, capitals, no extension …) have a hash of their URL in the name, after "~", which no plain
name holds. So no two sources meet, whatever else the tree holds.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from unicodedata import normalize
from urllib.parse import quote, unquote

# By media type, the first is the one we give. A web server tells the type by them.
_EXTENSIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "image/jpeg": ("jpg", "jpeg"),
        "image/png": ("png",),
        "image/gif": ("gif",),
        "image/webp": ("webp",),
        "image/avif": ("avif",),
        "image/svg+xml": ("svg",),
        "image/bmp": ("bmp",),
        "image/tiff": ("tif", "tiff"),
        "image/x-icon": ("ico",),
        "image/heic": ("heic",),
        "image/jxl": ("jxl",),
        "video/mp4": ("mp4",),
        "video/webm": ("webm",),
    }
)
_OTHER = "bin"
# What ends a file's name and no folder's, so that no path is both; "json" is the manifest's.
_KNOWN = frozenset({_OTHER, "json", *(name for names in _EXTENSIONS.values() for name in names)})
_SUFFIXES = tuple(f".{name}" for name in sorted(_KNOWN))
_EXTENSION = re.compile(rf"\.(?:{'|'.join(sorted(_KNOWN))})(?![a-z0-9])", re.IGNORECASE)
_UNSAFE = frozenset('<>:"/\\|?*\ufffd')  # NTFS, and bytes that were no UTF-8
_RESERVED = re.compile(  # Windows: "con.jpg" is the console
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|\Z)", re.IGNORECASE
)
_SAFE = "!$&'()+,;=@"  # beside letters, digits and "-._~": as WHATWG URL leaves them in a path
_HASH_DIGITS = (
    12  # ten thousand pictures of one name, told apart by queries, meet once in 5,000,000
)
_SEGMENT_BYTES = 160  # of 255, so that a hash, a preset and an extension find room
_FOLDERS_BYTES = 512  # of all folders together: paths are bounded too (1024 on macOS)


def static_path(source: str, preset: str | None, media_type: str) -> str:
    """Return the path below the tree's root, "/" between segments, of a source's picture.

    ``source`` is a WHATWG-normalised URL, ``preset`` None for the original, ``media_type`` that of
    the picture itself: the path of one picture is another in each format.
    """
    extensions = _EXTENSIONS.get(media_type, (_OTHER,))
    folders, name = _plain(source) or _hashed(source)
    if preset is not None:
        name = f"{name}.{preset}.{extensions[0]}"
    elif not name.endswith(tuple(f".{one}" for one in extensions)):
        name = f"{name}.{extensions[0]}"
    return "/".join((*folders, name))


def _in_address(path: str) -> str:
    """Return a path of the tree as it is written in an address."""
    return quote(path, safe=f"/{_SAFE}")


def _plain(source: str) -> tuple[list[str], str] | None:
    """Return the folders and name of a source that can be read back from them; else None."""
    folders, name = _segments(source)
    path = "/".join((*folders, name))
    parts = name.split(".")
    plain = (
        source == f"http://{_in_address(path)}"
        and path == normalize("NFKC", path.upper().casefold())
        and "~" not in name
        and parts[0] != ""
        and [part in _KNOWN for part in parts[1:]] == [False] * (len(parts) - 2) + [True]
    )
    return (folders, name) if plain else None


def _hashed(source: str) -> tuple[list[str], str]:
    folders, name = _segments(source)
    found = _EXTENSION.search(name)
    stem = name[: found.start()] if found else name
    digest = sha256(source.encode()).hexdigest()[:_HASH_DIGITS]
    return folders, f"{stem or 'picture'}~{digest}"


def _segments(source: str) -> tuple[list[str], str]:
    """Return the folders, the host's first, and the name, each as any file system takes it."""
    authority, _, path = source.partition("://")[2].partition("?")[0].partition("/")
    *written, name = (unquote(segment) for segment in path.split("/"))
    folders, left = [], _FOLDERS_BYTES
    for segment in (authority, *filter(None, written)):
        folder = _segment(segment)
        if folder.casefold().endswith(_SUFFIXES):
            folder += "_"
        left -= len(folder.encode()) + 1
        if left < 0:
            break
        folders.append(folder)
    return folders, _segment(name)


def _segment(text: str) -> str:
    """Return one segment without what a file system or a shell takes for something else."""
    shown = "".join(
        c if c.isprintable() and c not in _UNSAFE else "_" for c in normalize("NFC", text)
    )
    cut = shown.encode()[:_SEGMENT_BYTES].decode(errors="ignore")
    if cut[:1] in (".", "-", "~", " "):  # hidden, an option, a home
        cut = f"_{cut[1:]}"
    if cut[-1:] in (".", " "):  # Windows drops them
        cut = f"{cut[:-1]}_"
    return f"_{cut}" if _RESERVED.match(cut) else cut
