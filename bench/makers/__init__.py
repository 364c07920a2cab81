"""The image servers misses are compared with, one file each; ours first."""
# a folder of programs

from makers import imageproxy, imagor, ipx, ours, thumbor
from makers.maker import Maker

MAKERS: tuple[Maker, ...] = (
    ours.MAKER,
    ours.VIPS,
    ipx.MAKER,
    thumbor.MAKER,
    imagor.MAKER,
    imageproxy.MAKER,
)
