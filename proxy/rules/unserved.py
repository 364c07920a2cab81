"""Formats known by their bytes that are no web pictures: never served as what an origin calls them.

Pure; a table of the marks they begin with, from the formats' own descriptions. TGA has none. Pillow
or ImageMagick would open most of them, and have come to harm by it; here nothing does.
"""

_FTYP = 4  # where an ISO base media file (ISO/IEC 14496-12 §4.3) says which kind it is

# (offset, mark) → media type (IANA's where there is one).
_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%!PS", "application/postscript"),
    (0, b"\xc5\xd0\xd3\xc6", "application/postscript"),  # EPS with a preview
    (0, b"%PDF-", "application/pdf"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"gimp xcf ", "image/x-xcf"),
    (0, b"SIMPLE  =", "image/fits"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/j2c"),
    (0, b"DDS ", "image/vnd-ms.dds"),
    (0, b"\x01\xda\0\x01", "image/sgi"),
    (0, b"\x01\xda\x01\x01", "image/sgi"),
    (0, b"\x01\xda\0\x02", "image/sgi"),
    (0, b"\x01\xda\x01\x02", "image/sgi"),
    (0, b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (0, b"\x01\0\x09\0\0\x03", "image/wmf"),
    (40, b" EMF", "image/emf"),
    (4, b"\x11\xaf", "video/x-flc"),
    (4, b"\x12\xaf", "video/x-flc"),
    (0, b"icns", "image/x-icns"),
    (0, b"\0\0\x02\0", "image/x-win-cursor"),
    (0, b"BLP1", "image/x-blp"),
    (0, b"BLP2", "image/x-blp"),
    (0, b"qoif", "image/qoi"),
    (0, b"v/1\x01", "image/x-exr"),
    (0, b"#?RADIANCE", "image/vnd.radiance"),
    (0, b"AT&TFORM", "image/vnd.djvu"),
    (0, b"/* XPM */", "image/x-xpixmap"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # MIC, FPX, Office
    (0, b"II+\0", "image/tiff"),  # BigTIFF
    (0, b"MM\0+", "image/tiff"),
    (_FTYP, b"ftypiso", "video/mp4"),
    (_FTYP, b"ftypmp4", "video/mp4"),
    (_FTYP, b"ftypavc1", "video/mp4"),
    (_FTYP, b"ftypM4V", "video/mp4"),
    (_FTYP, b"ftypM4A", "audio/mp4"),
    (_FTYP, b"ftypdash", "video/mp4"),
    (_FTYP, b"ftypMSNV", "video/mp4"),
    (_FTYP, b"ftyp3g", "video/3gpp"),
    (_FTYP, b"ftypqt", "video/quicktime"),
    (_FTYP, b"ftypcrx ", "image/x-canon-cr3"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"\0\0\x01\xba", "video/mpeg"),
    (0, b"\0\0\x01\xb3", "video/mpeg"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"FWS", "application/x-shockwave-flash"),
    (0, b"CWS", "application/x-shockwave-flash"),
    (0, b"OggS", "application/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (8, b"WAVE", "audio/wav"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b\x08", "application/gzip"),  # svgz as well
    (0, b"(\xb5/\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\0asm", "application/wasm"),
    (0, b"wOF2", "font/woff2"),
    (0, b"wOFF", "font/woff"),
)


def unserved_type(start: bytes) -> str | None:
    """Return the media type of a format that is no web picture; None where it is none of them."""
    for offset, mark, media_type in _MARKS:
        if start.startswith(mark, offset):
            return media_type
    return None
