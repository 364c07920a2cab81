"""The originals that are measured: of ``../shared/corpus`` where it is, else drawn."""
# a folder of programs

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
_APP2, _SOS = 0xE2, 0xDA  # where a JPEG has its colour profile, and where its pixels begin


def sources() -> dict[str, bytes]:
    """Return the bytes of each source by its name."""
    phone = _file("jpeg/phone-pug-4032x3024-p3.jpg") or _saved(scene(4032, 3024), "JPEG")
    wide = _file("jpeg/canyon-wren.jpg") or _saved(scene(3840, 2160), "JPEG")
    return {
        "JPEG 900×420": _file("jpeg/header-roman-colosseum-900x420-baseline-q75.jpg")
        or _saved(scene(900, 420), "JPEG"),
        # Without its profile: what is compared is scaling, not colour management.
        "JPEG 12 MP": without_profile(phone),
        "PNG 2000×1500": _saved(_cut(wide, 2000, 1500), "PNG"),
        "chart": _file("png/log_manage_chart_cn.png") or _saved(_chart(2878, 1458), "PNG"),
    }


def without_profile(jpeg: bytes) -> bytes:
    """Return a JPEG without its APP2 segments, otherwise unchanged (ITU T.81 B.1.1.4)."""
    kept, place = bytearray(jpeg[:2]), 2
    while jpeg[place + 1] != _SOS:
        length = 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if jpeg[place + 1] != _APP2:
            kept += jpeg[place : place + length]
        place += length
    return bytes(kept + jpeg[place:])


def _file(name: str) -> bytes | None:
    path = CORPUS / name
    return path.read_bytes() if path.exists() else None


def _saved(image: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def _cut(data: bytes, width: int, height: int) -> Image.Image:
    with Image.open(BytesIO(data)) as image:
        left, top = (image.width - width) // 2, (image.height - height) // 2
        return image.convert("RGB").crop((left, top, left + width, top + height))


def scene(width: int, height: int) -> Image.Image:
    """Return something like a photograph: soft shapes, an edge, and grain."""
    soft = Image.effect_noise((width // 60, height // 60), 200).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    grain = Image.effect_noise((width, height), 20)
    sky = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (Image.blend(soft, grain, 0.2), Image.blend(soft, sky, 0.5), sky))


def _chart(width: int, height: int) -> Image.Image:
    """Return a table of small figures and bars on white."""
    image = Image.new("RGBA", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for row in range(0, height, 24):
        draw.line((0, row, width, row), "#ddd")
        draw.rectangle((200, row + 4, 200 + row * 997 % (width // 2), row + 18), "#37c")
        draw.text((8, row + 5), f"row {row}: {row * 7919 % 10007}", "#222")
    return image
