"""Header fields that never travel, by name in lower case.

Lives beside the nouns because cache keeps none of them and reply sends none of them, whatever an
operator lets pass (contracts/service.md, "Lifetime").
"""

# RFC 9110 §7.6.1 and RFC 9111 §3.1; Keep-Alive and Proxy-Connection are of HTTP/1.0.
OF_THE_CONNECTION = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)

# What a browser would heed for all of our domain, or for the page, not for one picture.
OVER_OUR_DOMAIN = frozenset(
    (
        "accept-ch",
        "alt-svc",
        "attribution-reporting-register-source",
        "attribution-reporting-register-trigger",
        "clear-site-data",
        "content-security-policy",
        "content-security-policy-report-only",
        "critical-ch",
        "link",
        "nel",
        "origin-agent-cluster",
        "permissions-policy",
        "public-key-pins",
        "public-key-pins-report-only",
        "refresh",
        "report-to",
        "reporting-endpoints",
        "service-worker-allowed",
        "set-cookie",
        "set-cookie2",
        "set-login",
        "sourcemap",
        "speculation-rules",
        "strict-transport-security",
        "www-authenticate",  # a picture that asks for the reader's password
        "x-frame-options",
        "x-xss-protection",
    )
)
