"""How fast the mirror reads posts, on one core: a made corpus of all formats, checked as it goes.

    .venv/bin/python bench/scan.py [POSTS] [REPEATS]

Prints documents, references, megabytes a second of CPU time, by kind and in all; exits 1 below
5 MB/s, or where a document does not hold as many references as were put in.
"""

import sys
from collections import defaultdict
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from proxy.mirror.scan import scan
from proxy.settings import Settings
from tests.fakes.posts import corpus

LEAST = 5.0  # MB/s


def main(posts: int, repeats: int) -> int:
    """Measure; return the exit code."""
    settings = Settings()
    documents = list(corpus(posts))
    seconds: dict[str, float] = defaultdict(float)
    octets: dict[str, int] = defaultdict(int)
    wrong = references = 0
    for _ in range(repeats):
        for one in documents:
            began = process_time()
            found = scan(one.content, post=one.name, settings=settings)
            seconds[one.kind] += process_time() - began
            octets[one.kind] += len(one.content)
            references += len(found.references)
            wrong += len(found.references) != one.count
    for kind, spent in seconds.items():
        print(f"{kind:10} {octets[kind] / 1e6:8.1f} MB {octets[kind] / spent / 1e6:8.1f} MB/s")
    speed = sum(octets.values()) / sum(seconds.values()) / 1e6
    print(f"{posts} documents, {references // repeats} references, {wrong} wrong: {speed:.1f} MB/s")
    return int(speed < LEAST or wrong > 0)


if __name__ == "__main__":
    posts, repeats = (*map(int, sys.argv[1:]), *(1000, 1)[len(sys.argv) - 1 :])
    sys.exit(main(posts, repeats))
