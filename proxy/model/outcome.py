"""What the cache did for one answer, in the terms of RFC 9211 (Cache-Status)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Either ``hit``, or ``fwd`` says why the origin was asked (RFC 9211 §2.2)."""

    hit: bool = False
    fwd: str | None = None  # "uri-miss", "stale", "request" …
    fwd_status: int | None = None  # what the origin answered, where it was asked
    stored: bool = False
    collapsed: bool = False  # shared another request's fetch
    ttl: int | None = None  # seconds of freshness left; negative when stale
    detail: str | None = None  # a token of ours: "gone", "pinned", "error" …

    @property
    def is_plain_hit(self) -> bool:
        """Tell whether a fresh copy was served, and nothing else happened."""
        return self.hit and self.detail is None and (self.ttl or 0) >= 0

    @property
    def label(self) -> str:
        """Return one word for log and metrics: "stale" was served so, "expired" was replaced."""
        if self.hit:
            return "hit" if self.ttl is None or self.ttl >= 0 else "stale"
        if self.fwd_status == 304:  # noqa: PLR2004  # Not Modified
            return "revalidated"
        if self.collapsed:
            return "collapsed"
        return "expired" if self.fwd == "stale" else (self.fwd or "none")
