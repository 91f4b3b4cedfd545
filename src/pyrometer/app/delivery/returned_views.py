"""Where mail servers and services post what came back."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pyrometer.app.delivery.returns import secret, taking
from pyrometer.app.people.may import anybody


@anybody
@csrf_exempt
@require_POST
def returned(request: HttpRequest) -> HttpResponse:
    """Take in one mail, as it is (RFC 5322), from who shows the secret or signs with it; says what it was."""
    key: str = settings.MAIL_SECRET
    now = timezone.now()
    try:
        body = request.body
    except RequestDataTooBig:
        return JsonResponse({"message": "This is too much: at most 2.5 MB can be sent here."}, status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not (key and (secret.shown(key, headers.get("authorization", "")) or secret.signed(key, headers, body, now))):
        return JsonResponse({"message": "Show or sign with PYROMETER_MAIL_SECRET."}, status=401)
    if not body.strip():
        return JsonResponse({"message": "Send the mail as it came, as the body."}, status=400)
    return JsonResponse({"kind": taking.take(raw=body, now=now)})
