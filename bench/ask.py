"""One request and its whole answer, over its own connection: how a bench sees what it times."""
# a folder of programs

import http.client
import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status, the headers and the whole body."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(port: int, request: str, *, timeout_s: float = 30.0) -> Answer:
    """Send a request as it stands to a port of loopback."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as link:
        link.sendall(request.encode())
        response = http.client.HTTPResponse(link, method="GET")
        response.begin()
        body = response.read()
        return Answer(status=response.status, headers=response.headers, body=body)
