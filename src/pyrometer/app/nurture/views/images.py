"""Images of mails: uploaded, listed, and written into a content by copying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pyrometer.app.delivery.email.content.examining import LARGEST_IMAGE
from pyrometer.app.delivery.email.content.images.keeping import keep, path_of
from pyrometer.app.delivery.email.content.images.looking import LARGEST, NoImageError
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed

SHOWN = 60


@dataclass(frozen=True)
class Kept:
    """An image that can be used."""

    name: str
    url: str
    bytes: int
    at: datetime

    @property
    def heavy(self) -> bool:
        """Whether a mail with it can't be sent."""
        return self.bytes > LARGEST_IMAGE

    @property
    def written(self) -> str:
        """As Markdown, with a place for the words."""
        return f"![{_('what is on it')}]({self.url})"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def images(request: HttpRequest) -> HttpResponse:
    """Upload an image, and see those that there are, the newest first."""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            messages.error(request, _("Choose a file."))
        elif (file.size or 0) > LARGEST:
            messages.error(
                request, _("The file has %(n).1f MB; make it smaller than 2 MB.") % {"n": (file.size or 0) / 1e6}
            )
        else:
            try:
                keep(actor=Actor.of(request.user), data=file.read(), now=timezone.now())
            except NoImageError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("Kept. Copy its line into a content, and say in it what is on the image."))
        return redirect("nurture:images")
    found = sorted(_kept(), key=lambda each: each.at, reverse=True)
    context = {"images": found[:SHOWN], "number": len(found), "most": LARGEST}
    return render(request, "nurture/images.html", context)


def _kept() -> list[Kept]:
    folder = Path(settings.MEDIA_ROOT) / "images"
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if path_of(path.name) is not None:
            stat = path.stat()
            at = datetime.fromtimestamp(stat.st_mtime, UTC)
            found.append(Kept(path.name, f"{settings.ORIGIN}/i/{path.name}", stat.st_size, at))
    return found
