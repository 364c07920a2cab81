"""Sources for the tables of the rules, which know nothing of how an address is read."""

from proxy.model.order import Source


def source(
    host: str, *, port: int = 80, literal: bool = False, credentials: bool = False
) -> Source:
    """Return a source at that host; its URL is no rule's business."""
    return Source(
        url=f"http://{host}/a.png",
        scheme="http",
        host=host,
        port=port,
        path="/a.png",
        literal=literal,
        credentials=credentials,
    )
