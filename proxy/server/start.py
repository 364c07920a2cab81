"""From settings to running processes: metrics' directory, logs, socket, supervisor."""

import os
import tempfile

from proxy import lean
from proxy.settings import Settings


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
        listening = bind(settings.server.host, settings.server.port)
        host, port = listening.getsockname()[:2]
        address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
        count = settings.server.workers or os.cpu_count() or 1
        return Supervisor(
            settings, listening, count=count, on_ready=lambda: logs.listening(address, count)
        ).run()
