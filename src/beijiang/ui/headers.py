"""The security headers of every answer, page or file. Plain Python: the settings hand these functions to whitenoise."""

from __future__ import annotations

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
"""No 'unsafe-inline': nothing that a record contains can ever run or restyle a page (issue 2)."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=(), browsing-topics=()",
}


def static_headers(headers: dict[str, str], path: str, url: str) -> None:
    """For WHITENOISE_ADD_HEADERS_FUNCTION: the same protection on static files, a worker's own policy included."""
    del path, url
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


def immutable_file(path: str, url: str) -> bool:
    """For WHITENOISE_IMMUTABLE_FILE_TEST: what esbuild named by content never changes under its name."""
    del path
    stem = url.rsplit("/", 1)[-1].split(".", 1)[0]
    return "/ui/dist/" in url and len(stem.rsplit("-", 1)[-1]) == 8 and "-" in stem
