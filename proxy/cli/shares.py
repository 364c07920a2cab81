"""What a running service counted of its answers, asked over HTTP as Prometheus would."""

from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus

from prometheus_client.parser import text_string_to_metric_families

from proxy.cli import remote
from proxy.settings import Settings

_PATH = "/-/metrics"
_FAMILY = "image_proxy_requests"


async def answers(settings: Settings) -> Mapping[str, int] | None:
    """Return how many answers there were by what the cache did, the most first.

    None where no service answers at the settings' own address, or it does not know their token.
    """
    url = remote.address(settings.server) + _PATH
    try:
        status, page = await remote.get(url, settings.admin.token)
        return _read(page.decode()) if status == HTTPStatus.OK else None
    except (OSError, TimeoutError, ValueError):  # ValueError: something else listens there
        return None


def _read(page: str) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for family in text_string_to_metric_families(page):
        if family.name == _FAMILY:
            for sample in family.samples:
                if sample.name == f"{_FAMILY}_total" and sample.labels.get("cache"):
                    counts[sample.labels["cache"]] += int(sample.value)
    return dict(counts.most_common())
