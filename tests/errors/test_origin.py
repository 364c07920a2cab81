"""What an origin did is told with its own status."""

from http import HTTPStatus

from proxy.errors import OriginStatus


def test_an_origins_status_is_relayed() -> None:
    failure = OriginStatus(410, "image.example said 410")
    assert (failure.status, failure.title()) == (410, OriginStatus.public)
    assert OriginStatus.status == HTTPStatus.BAD_GATEWAY, "the class is as it was"
