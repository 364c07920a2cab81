"""image-proxy with libvips behind the picture workers' seam; its command line is our own."""
# a folder of programs

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]  # the workers are given it, too

from engines import vips_work  # noqa: E402  # found by the path above

from proxy.__main__ import main  # noqa: E402
from proxy.images import workers  # noqa: E402

if __name__ == "__main__":
    workers.Making = vips_work.Making
    main()
