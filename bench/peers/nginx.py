"""nginx: files from disk by sendfile, and a cache in front of the origin (proxy_cache).

Both write a buffered access log, as we do, and keep open half the files the system lets them.
"""
# a folder of programs

import os
import resource

from results import version_of

from peers.peer import Peer, Place, no_program

_TOP = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
{user}
events {{ worker_connections 8192; }}
http {{
    types {{ image/jpeg jpg; image/png png; }}
    access_log {folder}/access.log combined buffer=64k flush=1s;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max={open} inactive=1h;
    open_file_cache_valid 1h;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {rest}
}}
"""
_STATIC = "server {{ listen 127.0.0.1:{port} backlog=4096; root {files}; }}"
_CACHE = """
    proxy_cache_path {folder}/cache levels=1:2 keys_zone=pictures:64m inactive=1d use_temp_path=off;
    upstream origin {{ server 127.0.0.1:{origin}; keepalive 16; }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            proxy_pass http://origin;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_cache pictures;
        }}
    }}
"""


def _command(rest: str, place: Place) -> list[str]:
    told = {"folder": place.folder, "files": place.files, "port": place.port}
    told |= {"origin": place.origin, "open": resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2}
    user = "user root;" if os.geteuid() == 0 else ""  # else its worker becomes one who cannot read
    written = _TOP.format(**told, user=user, rest=rest.format(**told))
    path = place.write("nginx.conf", written)
    return [
        "nginx",
        "-e",
        str(place.folder / "error.log"),
        "-p",
        str(place.folder),
        "-c",
        str(path),
    ]


def _version() -> str:
    return version_of(["nginx", "-v"], r"nginx/(\S+)")


STATIC = Peer(
    name="nginx static",
    missing=no_program("nginx"),
    version=_version,
    command=lambda place: _command(_STATIC, place),
)
CACHE = Peer(
    name="nginx proxy_cache",
    missing=no_program("nginx"),
    version=_version,
    command=lambda place: _command(_CACHE, place),
    caches=True,
)
