"""The heads of requests: wrk's own short one, and what Chrome sends for an <img> of another site.

Chrome's is about 600 bytes. No cookies: an image host that sets none is sent none.
"""
# a folder of programs

_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
SHORT = ""
BROWSER = "".join(
    f"{line}\r\n"
    for line in (
        "Connection: keep-alive",
        'sec-ch-ua-platform: "Windows"',
        f"User-Agent: {_AGENT}",
        'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
        "sec-ch-ua-mobile: ?0",
        "Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Mode: no-cors",
        "Sec-Fetch-Dest: image",
        "Referer: https://blog.example/",
        "Accept-Encoding: gzip, deflate, br, zstd",
        "Accept-Language: zh-CN,zh;q=0.9",
    )
)
HEADS = {"short": SHORT, "browser": BROWSER}


def request(target: str, head: str, *, host: str, tag: str = "") -> str:
    """Return a GET as it goes over the wire; ``tag`` becomes If-None-Match."""
    condition = f"If-None-Match: {tag}\r\n" if tag else ""
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\n{head}{condition}\r\n"
