"""A report put together: counts by reference, post, host and cause."""

import json

from proxy.mirror.causes import Cause
from proxy.mirror.report import Report, facts, report
from proxy.mirror.scan import Scanned, scan
from proxy.mirror.standing import Standing
from proxy.settings import Settings

GOOD = Standing(source="http://h/a.jpg", host="h", kept=True, pinned=True, length=10)
GONE = Standing(source="http://h/b.jpg", host="h", cause=Cause.GONE, because="404")
MOVED = Standing(
    source="http://i/c.jpg", host="i", kept=True, cause=Cause.ELSEWHERE, because="x", length=5
)
STANDINGS = {one.source: one for one in (GOOD, GONE, MOVED)}


def made(*documents: bytes) -> Report:
    scanned = [
        (f"{number}.md", scan(document, post=f"{number}.md", settings=Settings()))
        for number, document in enumerate(documents)
    ]
    return report(scanned, STANDINGS, made_at=7.5)


def test_references_posts_hosts_and_causes_are_counted() -> None:
    found = made(
        b"![](http://h/a.jpg) ![](http://h/b.jpg)\n\n![](http://h/b.jpg)",
        b'![](http://i/c.jpg) <img src="data:,"> <img src="C:/3.png">',
        b"nothing",
    )
    assert (found.references, found.missing, found.good) == (6, 3, False)
    assert [post.missing for post in found.posts] == [2, 1, 0]
    assert found.causes == {Cause.GONE: 2, Cause.ELSEWHERE: 1, Cause.DATA: 1, Cause.LOCAL: 1}
    assert [(host.name, host.sources, host.kept, host.missing) for host in found.hosts] == [
        ("h", 2, 1, 1),
        ("i", 1, 1, 0),
    ]
    whole = found.whole
    assert (whole.sources, whole.kept, whole.pinned, whole.missing, whole.length) == (
        3,
        2,
        1,
        1,
        15,
    )


def test_all_is_well_only_where_every_post_could_be_read() -> None:
    assert made(b"![](http://h/a.jpg)", b"![](data:,)").good
    scanned = Scanned(references=(), complaints=("UTF-16",))
    assert not report([("a", scanned)], {}, made_at=0).good


def test_a_machine_is_told_of_what_is_the_matter_only() -> None:
    said = json.loads(json.dumps(facts(made(b"![](http://h/a.jpg) ![](http://h/b.jpg)"))))
    assert said["made_at"] == 7
    assert said["sources"]["pinned"] == 1
    assert said["by_host"][0]["causes"] == {"gone": 1}
    (post,) = said["by_post"]
    assert (post["post"], post["references"], post["missing"]) == ("0.md", 2, 1)
    (finding,) = post["findings"]
    assert (finding["line"], finding["column"], finding["cause"]) == (1, 25, "gone")
    assert (finding["source"], finding["because"]) == ("http://h/b.jpg", "404")
