"""Log lines: text on a terminal, JSON else; the library's own loggers end in the same stream.

What clients and origins wrote stands in a line escaped: it begins no second one, moves no cursor.
The lines of requests are in ``access``.
"""

import json
import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from proxy.settings import Log


def configure(settings: Log, stream: TextIO | None = None) -> None:
    """Send all logging of this process to ``stream``, else stderr, as the settings ask for."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
    ]
    as_lines: list[Processor] = [
        _brief,
        _visible,
        structlog.dev.ConsoleRenderer(colors=stream.isatty(), timestamp_key="ts", sort_keys=False),
    ]
    as_json: list[Processor] = [
        _ordered,
        structlog.processors.JSONRenderer(serializer=_json),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # rich's would show locals: tokens, requests
            *(as_lines if is_text(settings, stream) else as_json),
        ],
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


def is_text(settings: Log, stream: TextIO) -> bool:
    """Tell whether lines are written as text: on a terminal, unless it was decided."""
    return settings.format == "text" or (settings.format == "auto" and stream.isatty())


def quoted(text: str) -> str:
    """Return a text as JSON, on one line whoever wrote it.

    JSON lets U+0085, U+009B and U+2028 through, and a terminal or a reader of lines does not.
    Within a string the escape means the same.
    """
    return _escaped(json.dumps(text, ensure_ascii=False))


def listening(address: str, processes: int) -> None:
    """Write that requests are answered at ``address``."""
    structlog.get_logger("proxy.server").info("listening", address=address, processes=processes)


def _ordered(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Lead with ts, level and event, so that a line reads from the left."""
    lead = {key: event[key] for key in ("ts", "level", "event") if key in event}
    return {**lead, **event}


def _brief(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Say of a request what a person at a terminal looks for; JSON has the rest."""
    event["ts"] = event["ts"][11:19]  # HH:MM:SS, UTC
    if event["event"] != "request" or "target" not in event:
        return event
    lead = {"ts": event["ts"], "level": event["level"]}
    said = f"{event['status']} {event['method'] or '-'} {event['target'] or '-'}"
    rest = {key: event[key] for key in ("cache", "ms", "bytes", "error") if event.get(key)}
    return {**lead, "event": said, **rest}


def _visible(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Escape what does not print; a traceback keeps its lines, none of them at the margin."""
    trace = str(event.pop("exception", ""))
    visible = {
        key: _escaped(value) if isinstance(value, str) else value for key, value in event.items()
    }
    if trace:
        visible["exception"] = "\n".join(f"  {_escaped(line)}" for line in trace.split("\n"))
    return visible


def _escaped(text: str) -> str:
    """Return a text with what does not print as JSON writes it."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _json(event: EventDict, **options: Any) -> str:  # noqa: ANN401  # json.dumps' own
    """Return one line of JSON, escaped as ``quoted`` does: its strings hold what does not print."""
    return _escaped(json.dumps(event, ensure_ascii=False, **options))
