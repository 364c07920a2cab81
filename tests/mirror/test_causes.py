"""What is the matter with a picture, told from what is known of its failure and its address."""

import pytest

from proxy import errors
from proxy.errors import OriginStatus, ProxyError
from proxy.mirror import causes
from proxy.mirror.causes import Cause
from proxy.mirror.scan import Kind, scan
from proxy.settings import Settings


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_words(cause: Cause) -> None:
    assert 0 < len(cause.label) < 14
    assert cause.sentence.endswith(".")


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        pytest.param("data:image/png;base64,AA==", Cause.DATA, id="a picture in the post"),
        pytest.param("DATA:,", Cause.DATA, id="the same in capitals"),
        pytest.param(r"C:\Users\Perfect\3.png", Cause.LOCAL, id="a Windows path"),
        pytest.param("file:///home/me/3.png", Cause.LOCAL, id="a file"),
        pytest.param("/images/3.png", Cause.LOCAL, id="a path, and no base is known"),
        pytest.param("3.png", Cause.LOCAL, id="a name"),
        pytest.param("blob:https://h/1", Cause.UNREADABLE, id="a scheme of a browser's own"),
        pytest.param("http://", Cause.UNREADABLE, id="no host"),
        pytest.param("//h:99999/a.png", Cause.UNREADABLE, id="no port of TCP"),
        pytest.param("https://cors.zfour.workers.dev/?x", Cause.UNREADABLE, id="nothing wrapped"),
    ],
)
def test_why_a_reference_has_no_source(address: str, cause: Cause) -> None:
    document = f'<img src="{address}">'.encode()
    (one,) = scan(document, post="p", kind=Kind.HTML, settings=Settings()).references
    assert one.source is None
    assert causes.of_reference(one) is cause


@pytest.mark.parametrize(
    ("problem", "status", "because", "cause"),
    [
        ("origin-status", 404, "", Cause.GONE),
        ("origin-status", 410, "", Cause.GONE),
        ("origin-status", 403, "", Cause.REFUSED),
        ("origin-status", 401, "", Cause.REFUSED),
        ("origin-status", 500, "", Cause.FAILING),
        ("", 404, "", Cause.GONE),
        ("origin-refused", 502, "a known placeholder", Cause.PLACEHOLDER),
        ("not-served-type", 415, "the origin calls it text/html", Cause.NO_PICTURE),
        ("not-served-type", 415, "text/html, from https://h/login?next=a", Cause.LOGIN),
        ("host-not-allowed", 403, "passport.h is not admitted", Cause.LOGIN),
        ("host-not-allowed", 403, "cdn.h is not admitted", Cause.REDIRECT),
        ("too-many-redirects", 502, "https://h/a: over fetch.redirects", Cause.REDIRECT),
        ("origin-truncated", 502, "", Cause.TRUNCATED),
        ("not-decodable", 422, "", Cause.DAMAGED),
        ("too-many-pixels", 413, "", Cause.TOO_LARGE),
        ("origin-timeout", 504, "", Cause.DEAD),
        ("origin-not-found", 502, "login.h does not exist", Cause.DEAD),
        ("queue-full", 503, "", Cause.UNASKED),
        ("of another release", 500, "", Cause.FAILING),
    ],
)
def test_what_a_failure_means(problem: str, status: int, because: str, cause: Cause) -> None:
    assert causes.of_failure(problem, status, because) is cause


def test_every_failure_of_a_source_is_in_the_table() -> None:
    """A class that is new in errors/ and may end a fetch must be given its words here."""
    kinds = (errors.OriginError, errors.PictureError)
    for kind in (one for base in kinds for one in _below(base) if one is not OriginStatus):
        known = kind.slug() in causes.FAILURES
        assert known or kind in (errors.OriginProtocol, errors.OriginEncoding), kind


def _below(kind: type[ProxyError]) -> list[type[ProxyError]]:
    found = kind.__subclasses__()
    return found + [deeper for one in found for deeper in _below(one)]


@pytest.mark.parametrize(
    ("source", "random"),
    [
        ("https://picsum.photos/400/300?random=81", True),
        ("https://picsum.photos/400", True),
        ("https://picsum.photos/id/237/200/300", False),
        ("https://picsum.photos/seed/cat/200", False),
        ("https://source.unsplash.com/random/1600x900", True),
        ("https://source.unsplash.com/1600x900?tea", True),
        ("https://source.unsplash.com/WLUHO9A_xik/1600x900", False),
        ("https://unsplash.it/1600/900?random", True),
        ("https://unsplash.it/1600/900?image=3", False),
        ("http://www.dmoe.cc/random.php", True),
        ("http://www.dmoe.cc/logo.png", False),
        ("http://loremflickr.com:8080/320/240", True),
        ("https://evilpicsum.photos/400", False),
        ("https://h/?picsum.photos/400", False),
        ("no address", False),
    ],
)
def test_which_addresses_show_another_picture_at_every_ask(source: str, *, random: bool) -> None:
    assert causes.is_random(source) is random


@pytest.mark.parametrize(
    ("source", "own"),
    [
        ("http://www.woshipm.com/pd//Users/Perfect/AppData/Local/Temp/3.png", True),
        ("http://h/C:/a.png", True),
        ("http://h/C%3A%5Ca.png", True),
        ("http://h/file:///a.png", True),
        ("http://h/home/me/a.png", True),
        ("http://h/home/a.png", False),
        ("http://h/Users/7/avatar.png", False),
        ("http://h/a.png", False),
    ],
)
def test_which_addresses_name_a_file_of_an_author(source: str, *, own: bool) -> None:
    assert causes.is_of_own_disk(source) is own


def test_an_address_may_tell_more_than_the_failure() -> None:
    random, own = "https://picsum.photos/400", "http://h/home/me/a.png"
    assert causes.of_source(random, Cause.NOT_ALLOWED) is Cause.RANDOM
    assert causes.of_source(own, Cause.GONE) is Cause.LOCAL
    assert causes.of_source(own, Cause.UNASKED) is Cause.UNASKED
    assert causes.of_source("http://h/a.png", Cause.GONE) is Cause.GONE
