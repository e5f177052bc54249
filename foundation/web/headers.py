"""The security headers of every answer, errors and redirects too; the exact text is tested."""

from typing import Final

from flask import Flask, Response, g

HSTS: Final = "max-age=63072000; includeSubDomains"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
_OFF: Final = (
    "accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope"
    " magnetometer microphone midi payment picture-in-picture screen-wake-lock usb"
    " xr-spatial-tracking"
)
PERMISSIONS: Final = ", ".join(
    [f"{feature}=()" for feature in _OFF.split()]
    + ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
)


def content_policy(provider_origin: str) -> str:
    """What a page may load and where its forms may lead.

    Chromium applies form-action to the redirect after a POST: without the payment provider's
    origin, paying would silently do nothing.
    """
    form_action = f"'self' {provider_origin}".strip()
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
        f" form-action {form_action}; base-uri 'none'; object-src 'none';"
        " frame-ancestors 'none'; report-to csp"
    )


def init_headers(app: Flask, *, base_url: str, provider_origin: str, report_path: str) -> None:
    """Send them with every answer. `provider_origin` is empty for a face where nobody pays."""
    fixed = {
        "Content-Security-Policy": content_policy(provider_origin),
        "Reporting-Endpoints": f'csp="{base_url}{report_path}"',
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # paths may hold tokens
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
    }
    if base_url.startswith("https://"):
        fixed["Strict-Transport-Security"] = HSTS

    def add(response: Response) -> Response:
        response.headers.update(fixed)
        response.headers["Cache-Control"] = IMMUTABLE if g.get("is_immutable") else "no-store"
        return response

    app.after_request(add)
