"""From settings to running processes: metrics' directory, logs, socket, supervisor."""

import os
import resource
import tempfile

from proxy import lean
from proxy.settings import Settings

# A connection of the fast lane takes two descriptors, each of its replies one. Shells give 1024.
_OPEN_FILES = 1 << 16


def start(settings: Settings) -> int:
    """Serve in the foreground; return the exit code.

    SettingsError where it cannot listen, or a manifest of ``[access] posts`` cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="image-proxy-metrics-") as directory:
        # prometheus-client reads this when it is first imported, hence the imports below.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = directory
        with lean.without_collecting():
            lean.load()
            from proxy import dialects  # noqa: PLC0415
            from proxy.observe import logs  # noqa: PLC0415
            from proxy.server.supervisor import Supervisor, bind  # noqa: PLC0415
            from proxy.wiring import policy_of  # noqa: PLC0415

            dialects.load(settings)

        policy_of(settings)  # each process reads them again: here, so that a mistake starts none
        logs.configure(settings.log)
        raise_open_files()
        listening = bind(settings.server.host, settings.server.port)
        host, port = listening.getsockname()[:2]
        address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
        count = settings.server.workers or os.cpu_count() or 1
        return Supervisor(
            settings, listening, count=count, on_ready=lambda: logs.listening(address, count)
        ).run()


def raise_open_files() -> None:
    """Let this process and its children open as many files as the system allows, up to 65,536."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
