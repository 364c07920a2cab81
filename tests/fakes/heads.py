"""Heads as they come: browsers', tools', proxies', bots' and attackers', for any target.

``FIELDS`` are blocks of header lines below an ordinary first line; ``WHOLE`` are requests with a
first line or a framing of their own, where ``%TARGET%`` and ``%HOST%`` are filled in.
"""

from collections.abc import Iterator

_HOST = "Host: %HOST%"
_KEEP = "Connection: keep-alive"
_BLOG = "https://blog.example"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X)"
_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_CHROMIUM = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"
_CHROME_ACCEPT = "Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
_SAFARI_ACCEPT = "Accept: image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"  # noqa: E501  # one line, as it is sent
_FIREFOX_ACCEPT = "Accept: image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
_FETCH = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")
_ZIP = "Accept-Encoding: gzip, deflate, br, zstd"

_CHROME = (
    *(_HOST, _KEEP, 'sec-ch-ua-platform: "Windows"', f"User-Agent: {_WINDOWS} {_CHROMIUM}"),
    'sec-ch-ua: "Chromium";v="130", "Google Chrome";v="130", "Not?A_Brand";v="99"',
    *("sec-ch-ua-mobile: ?0", _CHROME_ACCEPT, *_FETCH, f"Referer: {_BLOG}/", _ZIP),
    "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8",
)
_FIREFOX = (
    *(_HOST, f"User-Agent: {_WINDOWS} Gecko/20100101 Firefox/132.0", _FIREFOX_ACCEPT),
    *("Accept-Language: en-US,en;q=0.5", _ZIP, "Sec-GPC: 1", f"Referer: {_BLOG}/", _KEEP),
    *(*_FETCH, "Priority: u=4, i"),
)
_SAFARI = (
    *(_HOST, *_FETCH, _SAFARI_ACCEPT, _KEEP, f"Referer: {_BLOG}/"),
    *(f"User-Agent: {_PHONE} {_WEBKIT} Version/17.6 Mobile/15E148 Safari/604.1",),
    *("Accept-Language: en-GB,en;q=0.9", "Accept-Encoding: gzip, deflate, br"),
)

# Whole heads of programs.
PROGRAMS: dict[str, tuple[str, ...]] = {
    "Chrome": _CHROME,
    "Chrome, reloading": (*_CHROME, "Cache-Control: max-age=0"),
    "Chrome, past its cache": (*_CHROME, "Pragma: no-cache", "Cache-Control: no-cache"),
    "Chrome, with a cookie": (*_CHROME, "Cookie: a=b; c=d"),
    "Chrome, validating": (*_CHROME, 'If-None-Match: "x"'),
    "Chrome, on a phone": (*_CHROME, "Save-Data: on", "sec-ch-dpr: 2.625", "sec-ch-width: 412"),
    "Chrome, for a script": (*_CHROME, f"Origin: {_BLOG}"),
    "Chrome, DNT": (*_CHROME, "DNT: 1", "Upgrade-Insecure-Requests: 1"),
    "Edge": tuple(line.replace("Google Chrome", "Microsoft Edge") for line in _CHROME),
    "Firefox": _FIREFOX,
    "Firefox, reloading": (*_FIREFOX, "Pragma: no-cache", "Cache-Control: no-cache"),
    "Firefox, with te": (*_FIREFOX, "TE: trailers"),
    "Firefox, a picture alone": (*_FIREFOX[:2], "Accept: text/html,*/*;q=0.8", _KEEP),
    "Safari on a phone": _SAFARI,
    "Safari, a part first": (*_SAFARI, "Range: bytes=0-1"),
    "Safari on a desk": tuple(line.replace(_PHONE, "Mozilla/5.0 (Macintosh)") for line in _SAFARI),
    "Opera Mini": (_HOST, "User-Agent: Opera/9.80", "X-OperaMini-Phone-UA: x", "Accept: */*"),
    "curl": (_HOST, "User-Agent: curl/8.10.1", "Accept: */*"),
    "wget": (_HOST, "User-Agent: Wget/1.24.5", "Accept: */*", "Accept-Encoding: identity", _KEEP),
    "requests": (
        *(_HOST, "User-Agent: python-requests/2.32.3", "Accept-Encoding: gzip, deflate"),
        *("Accept: */*", _KEEP),
    ),
    "aiohttp": (_HOST, "Accept: */*", "Accept-Encoding: gzip, deflate", "User-Agent: Python/3.11"),
    "Go": (_HOST, "User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"),
    "node": (_HOST, "connection: keep-alive", "accept: */*", "user-agent: node"),
    "wrk": (_HOST,),
    "ab": (_HOST, "User-Agent: ApacheBench/2.3", "Accept: */*"),
    "nginx before us": (_HOST, "X-Real-IP: 203.0.113.9", "X-Forwarded-For: 203.0.113.9"),
    "nginx, as it is by default": (_HOST, "Connection: close"),
    "Cloudflare": (
        *(_HOST, "CF-RAY: 8d0-FRA", "X-Forwarded-For: 203.0.113.9", "CF-Visitor: {}"),
        *("X-Forwarded-Proto: https", "CDN-Loop: cloudflare; loops=1", "CF-IPCountry: DE"),
        *("CF-Connecting-IP: 203.0.113.9", "Accept-Encoding: gzip, br", _CHROME_ACCEPT),
    ),
    "Varnish": (_HOST, "X-Varnish: 1", "Via: 1.1 cache (Varnish/7.5)", "X-Forwarded-For: ::1"),
    "a chain of proxies": (_HOST, "X-Forwarded-For: 203.0.113.9, 10.0.0.1", "Forwarded: for=a"),
    "Googlebot": (_HOST, _KEEP, "Accept: */*", "From: googlebot(at)googlebot.com", "User-Agent: G"),
    "bingbot": (_HOST, "Cache-Control: no-cache", "Connection: Keep-Alive", "Pragma: no-cache"),
}

# One line, or a few, beside Host.
LINES: tuple[str, ...] = (
    *("Accept: image/webp", "Accept: image/avif;q=0.5, image/webp", "Accept: image/webp;q=0"),
    *("Accept:", "Accept: a\r\nAccept: image/webp", "accept: */*", "ACCEPT: image/AVIF"),
    *("Accept: image/webp\t", "Accept: \timage/webp", "Accept: image/webp,", "Accept: \xff/\xe9"),
    *("Origin: https://blog.example", "Origin: https://BLOG.example", "Origin: null", "Origin:"),
    *("Origin: https://other.example", "Origin: a\r\nOrigin: https://blog.example"),
    *("Save-Data: on", "Save-Data: off", "Save-Data: on\r\nSave-Data: off", "Save-Data:"),
    *("Sec-CH-DPR: 2", "Sec-CH-DPR: x", "Sec-CH-DPR: 1.5 ", "Sec-CH-Width: 100", "DPR: 2"),
    *("Sec-CH-Width: 100\r\nSec-CH-DPR: 2", "Width: 100", "Sec-CH-Viewport-Width: 100"),
    *("If-None-Match: *", 'If-None-Match: "x"', 'If-None-Match: W/"x", "%ETAG%"'),
    *('If-None-Match: "%ETAG%"', 'If-None-Match: W/"%ETAG%"', "If-None-Match:"),
    *('If-None-Match: "%ETAG%"\t', 'If-None-Match: "a"\r\nIf-None-Match: *'),
    "If-Modified-Since: Wed, 17 Nov 2021 00:00:00 GMT",
    "If-Modified-Since: Tue, 16 Nov 2021 00:00:00 GMT",
    "If-Modified-Since: Tue, 01 Dec 2099 00:00:00 GMT",
    "If-Modified-Since: Wednesday, 17-Nov-21 00:00:00 GMT",
    *("If-Modified-Since: never", 'If-None-Match: "x"\r\nIf-Modified-Since: Tue, 01 Dec 2099'),
    *('If-Match: "x"', "If-Match: *", "If-Unmodified-Since: Tue, 16 Nov 2010 00:00:00 GMT"),
    *("Range: bytes=0-9", "Range: bytes=-5", "Range: bytes=5-", "Range: bytes=0-0,2-3"),
    *("Range: bytes=999999999-", "Range: lines=1-2", "Range:", "Range: bytes=9-0"),
    *('Range: bytes=0-9\r\nIf-Range: "x"', 'Range: bytes=0-9\r\nIf-Range: "%ETAG%"'),
    "Range: bytes=0-9\r\nIf-None-Match: *",
    *(
        f"Cache-Control: {said}"
        for said in ("no-store", "max-age=60", "only-if-cached", "no-cache", "min-fresh=9", "x", "")
    ),
    *("Pragma: no-cache", "Authorization: Basic YTpi", "Cookie: a=b\r\nCookie: c=d"),
    *("Via: 1.1 image-proxy", "Via: 1.0 fred, 1.1 p.example.net", "Via:"),
    *("Connection: close", "Connection: Keep-Alive", "Connection: keep-alive, close"),
    *("Connection: upgrade\r\nUpgrade: websocket", "Connection: keep-alive\r\nConnection: close"),
    *("Connection:", "Connection: TE", "Connection: Host", "Keep-Alive: timeout=5, max=1"),
    *("Proxy-Connection: keep-alive", "Proxy-Connection: close", "Connection: keep-alive\t"),
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
    *("Upgrade: websocket", "Sec-WebSocket-Key1: x", "Sec-WebSocket-Version: 13"),
    *("Expect: 100-continue", "Expect: x", "TE: trailers", "Trailer: X"),
    *("Content-Length: 0", "Content-Type: text/plain", "Content-Length: 0\r\nContent-Length: 0"),
    *("Content-Length: x", "Content-Length: +0", "Content-Length: -1", "Content-Encoding: gzip"),
    *("Transfer-Encoding: x", "Transfer-Encoding: identity", "Transfer-Encoding : chunked"),
    *("User-Agent: a\r\nUser-Agent: b", "Max-Forwards: 1\r\nMax-Forwards: 2", "ETag: a\r\nEtag: b"),
    *(
        "Server: a\r\nServer: a",
        "Referer: a\r\nReferer: b",
        "X-Forwarded-For: a\r\nX-Forwarded-For:",
    ),
    *("X-Forwarded-For:", "X-Forwarded-For: \xe9", "X-Forwarded-For: " + "9" * 500),
    *("X-Forwarded-Host: evil.example", "X-Original-URL: /x", "X-Rewrite-URL: /x"),
    *("X-HTTP-Method-Override: PUT", "Forwarded: host=evil.example", "Host: %HOST%", "Host: evil"),
    *("host: evil", "X-A: \xe9\xff", "X-A: " + "é" * 40, "X-A:", "X-A: \t ", "X-A:b", "X-A:\tb\t"),
    *("X-A : b", " X-A: b", "X-A: b\r\n c", "X-A: b\r\n\tc", "X-A: b\nX-B: c", "X-A: b\rX-B: c"),
    *("X-A: \x00", "X-A: \x07", "X-A: \x7f", "X-A: a\x0bb", "X-\xe9: a", "X A: b", ": b", "X-A"),
    *("X-(a): b", "X[a]: b", "X/a: b", "X\x00: b", "!#$%&'*+.^_`|~: b", "1: 2", "X-A: b\r"),
    *("X-A: " + "a" * 4000, "X-A: " + "a" * 7900, "X-A: " + "a" * 8180, "X-A: " + "a" * 8193),
    *("X-A: " + "a" * 20_000, "X" * 300 + ": a", "X" * 9000 + ": a"),
    *(
        "\r\n".join(f"X-{number}: {number}" for number in range(count))
        for count in (97, 98, 99, 100, 120, 126, 127, 128, 200)
    ),
)

_BEFORE = ("\r\n", "\n", "\r", "\r\n\r\n\r\n", " ", "\x00", "\ufeff")
WHOLE: dict[str, str] = {
    **{
        f"after {before!r}": f"{before}GET %TARGET% HTTP/1.1\r\n{_HOST}\r\n\r\n"
        for before in _BEFORE
    },
    **{
        f"with {line!r}": f"{line}\r\n{_HOST}\r\n\r\n"
        for line in (
            *("GET %TARGET% HTTP/1.0", "GET %TARGET% HTTP/0.9", "GET %TARGET% HTTP/2.0"),
            *("GET %TARGET% HTTP/1.2", "GET %TARGET% HTTP/1.1 ", "GET %TARGET%  HTTP/1.1"),
            *("GET  %TARGET% HTTP/1.1", "GET\t%TARGET% HTTP/1.1", "get %TARGET% HTTP/1.1"),
            *(
                "Get %TARGET% HTTP/1.1",
                "GET %TARGET% http/1.1",
                "GET %TARGET%",
                "GET %TARGET% HTTP",
            ),
            *("POST %TARGET% HTTP/1.1", "PUT %TARGET% HTTP/1.1", "OPTIONS %TARGET% HTTP/1.1"),
            *("OPTIONS * HTTP/1.1", "CONNECT %HOST%:443 HTTP/1.1", "TRACE %TARGET% HTTP/1.1"),
            *("DELETE %TARGET% HTTP/1.1", "PURGE %TARGET% HTTP/1.1", "X %TARGET% HTTP/1.1"),
            *("GET http://%HOST%%TARGET% HTTP/1.1", "GET HTTP://evil%TARGET% HTTP/1.1"),
            *("GET %TARGET%#fragment HTTP/1.1", "GET /%TARGET% HTTP/1.1", "GET %TARGET%& HTTP/1.1"),
            *("GET %TARGET%\xe9 HTTP/1.1", "GET %TARGET%é HTTP/1.1", "GET %TARGET%%00 HTTP/1.1"),
            *(
                "GET %TARGET%\x00 HTTP/1.1",
                "GET %TARGET%\x7f HTTP/1.1",
                "GET %TARGET%%0d%0a HTTP/1.1",
            ),
            "GET %TARGET%&" + "a" * 9000 + " HTTP/1.1",
            "GET %TARGET%&" + "a" * 17_000 + " HTTP/1.1",
        )
    },
    "no Host": "GET %TARGET% HTTP/1.1\r\n\r\n",
    "an empty Host": "GET %TARGET% HTTP/1.1\r\nHost:\r\n\r\n",
    "a Host with a path": "GET %TARGET% HTTP/1.1\r\nHost: %HOST%/x\r\n\r\n",
    "a Host with a user": "GET %TARGET% HTTP/1.1\r\nHost: a@%HOST%\r\n\r\n",
    "a Host with blanks around": "GET %TARGET% HTTP/1.1\r\nHost: \t %HOST% \t\r\n\r\n",
    "a Host with a port": "GET %TARGET% HTTP/1.1\r\nHost: %HOST%:8080\r\n\r\n",
    "a literal Host": "GET %TARGET% HTTP/1.1\r\nHost: [::1]\r\n\r\n",
    "a shouted Host": "GET %TARGET% HTTP/1.1\r\nHOST: X.EXAMPLE\r\n\r\n",
    "bare line feeds": f"GET %TARGET% HTTP/1.1\n{_HOST}\n\n",
    "a bare line feed at the end": f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\n\n",
    "a bare carriage return at the end": f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\r\n",
    "CL.TE": (
        f"POST %TARGET% HTTP/1.1\r\n{_HOST}\r\nContent-Length: 6\r\nTransfer-Encoding: chunked"
        "\r\n\r\n0\r\n\r\nG"
    ),
    "TE.CL": (
        f"POST %TARGET% HTTP/1.1\r\n{_HOST}\r\nTransfer-Encoding: chunked\r\nContent-Length: 4"
        "\r\n\r\n5c\r\nGPOST / HTTP/1.1\r\n\r\n0\r\n\r\n"
    ),
    "TE.TE": (
        f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\nTransfer-Encoding: chunked\r\nTransfer-encoding: cow"
        "\r\n\r\n0\r\n\r\n"
    ),
    "a GET with a body": f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\nContent-Length: 5\r\n\r\nhello",
    "a GET with a GET for a body": (
        f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\nContent-Length: 33\r\n\r\n"
        "GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n"
    ),
    "a GET in chunks": (
        f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
    ),
    "an upgrade, and more": (
        f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\n\r\n"
    ),
    "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "half a head": f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\n",
    "nothing but an end": "\r\n\r\n",
    "twice": f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\n\r\n" * 2,
    "one and a half": f"GET %TARGET% HTTP/1.1\r\n{_HOST}\r\n\r\nGET /",
}


def head(target: str, host: str, *lines: str, method: str = "GET") -> bytes:
    """Return a head; ``lines`` stand below the first."""
    text = "\r\n".join((f"{method} {target} HTTP/1.1", *lines, "", ""))
    return filled(text, target, host)


def heads(target: str, host: str, *, etag: str = "", method: str = "GET") -> Iterator[bytes]:
    """Give every head of this file for a target; ``etag`` is what its answer carries."""
    for lines in PROGRAMS.values():
        yield head(target, host, *lines, method=method)
    for line in LINES:
        yield head(target, host, _HOST, line.replace("%ETAG%", etag), method=method)
    for text in WHOLE.values():
        yield filled(
            text if method == "GET" else text.replace("GET %", f"{method} %"), target, host
        )


def filled(text: str, target: str, host: str) -> bytes:
    """Return a text as it is sent; what is beyond Latin-1 in it as UTF-8."""
    whole = text.replace("%TARGET%", target).replace("%HOST%", host)
    return b"".join(one.encode("latin-1" if ord(one) < 0x100 else "utf-8") for one in whole)
