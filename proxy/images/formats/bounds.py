"""How much of a picture's structure is walked before its header has to be enough.

Pure. Walking is linear in the bytes, but a file of the smallest blocks there are would hold the
caller for seconds: a block costs about 2 µs.
"""

BLOCKS_MAX = 20_000  # chunks and segments: 32 MiB in libpng's 8 KiB chunks are 4,096
SUBBLOCKS_MAX = 200_000  # GIF's: 32 MiB in the ordinary 255 bytes are 132,000; one costs 0.2 µs
BOXES_BYTES_MAX = 128 << 10  # of AVIF's meta and moov, ordinarily a few KiB
