"""Shows the images that are kept."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pyrometer.app.delivery.email.content.images.keeping import path_of
from pyrometer.app.delivery.email.content.images.looking import KINDS
from pyrometer.app.people.may import anybody


@anybody
@require_safe
def image(request: HttpRequest, name: str) -> HttpResponse:
    """`/i/….png`: what is behind a name never changes, so nobody asks twice."""
    path = path_of(name)
    if path is None:
        raise Http404
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(path.read_bytes(), content_type=KINDS[path.suffix[1:]], headers=headers)
