"""Log lines: text on a terminal, JSON else; the library's own loggers end in the same stream.

Keys of a request's line: contracts/service.md, "Names for dashboards".
"""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from proxy.model.trace import Trace
from proxy.settings import Log

_MAX_TARGET = 2048  # characters of a target in a line: an attacker writes it, an operator reads it


def configure(settings: Log, stream: TextIO = sys.stderr) -> None:
    """Send all logging of this process to ``stream`` in the format the settings ask for."""
    as_text = settings.format == "text" or (settings.format == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty(), timestamp_key="ts")
        if as_text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    extras: list[Processor] = [] if as_text else [structlog.processors.format_exc_info, _ordered]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *extras, last],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level.upper())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def access(trace: Trace, seconds: float) -> None:
    """Write one request's line."""
    fields: dict[str, object] = {
        "request_id": trace.request_id,
        "method": trace.method,
        "target": trace.target[:_MAX_TARGET],
        "status": trace.status,
        "bytes": trace.sent_bytes,
        "ms": round(seconds * 1000, 2),
        "cache": trace.cache,
        "host": trace.host,
        "client": trace.client,
    }
    if trace.error:
        fields["error"] = trace.error
    structlog.get_logger("proxy.access").info("request", **fields)


def listening(address: str, processes: int) -> None:
    """Write that requests are answered at ``address``."""
    structlog.get_logger("proxy.server").info("listening", address=address, processes=processes)


def _ordered(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Lead with ts, level and event, so that a line reads from the left."""
    lead = {key: event[key] for key in ("ts", "level", "event") if key in event}
    return {**lead, **event}
