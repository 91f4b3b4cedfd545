"""A programme of two mails that a test's installation carries, with people who enter it at once."""

from __future__ import annotations

from tests.app.faults.installation import Installation

_BEGIN = """
from datetime import UTC, datetime
from pyrometer.app.agreement.models import Version as Agreed
from pyrometer.app.consent import actions as consent
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.nurture.models import Content, Programme, Terms, Version
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint
from pyrometer import nurture
now = datetime.now(UTC)
text = '''format: 1
name: Ours
profile: {size: integer, greeted: text}
events: {seen: {}}
temperature: {warm: {when: {event: seen, at_least: 1000}}}
'''
Agreed.objects.create(number=1, text=text, fingerprint=fingerprint(load(text)), name="Ours", state="live",
    created_at=now, live_at=now)
Terms.objects.create(pk=1, hours={day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    per_day=None, per_week=None)
for name in ("one", "two"):
    Content.objects.create(name=name, at=now, text=f'''---
name: {name}
purpose: email
pitch: low
subject: {{en: About {name}}}
---
Hello, this is {name}, and it says enough words to be a mail.
''')
programme = '''format: 1
programme: series
name: Series
purpose: email
enter: {when: {temperature: [cool, warm]}, held_back: 0%}
exits: [{when: {event: seen, within: 1d}, because: came}]
steps:
  - send: one
  - set: {greeted: "yes"}
  - send: two
  - wait: 4w
'''
row = Programme.objects.create(key="series", draft=programme, drafted_at=now, created_at=now)
row.live = Version.objects.create(programme=row, number=1, digest=nurture.load(programme).version, text=programme,
    published_at=now)
row.save()
for number in range(PEOPLE):
    handle = ("email", f"n{number}@example.net")
    taken = take(incoming=[Incoming(once=str(number), occurred_at=now, received_at=now, source="api", handles=(handle,),
        traits={"size": number})], now=now)
    consent.record(lead=taken.lead_of[str(number)], purpose="email", given=True, text="Yes", at=now, now=now,
        source="hand")
print(json.dumps(None))
"""


def begin(installation: Installation, people: int) -> None:
    """Publish it, with so many leads who agreed to mail; each gets `one`, is noted as greeted, and gets `two`."""
    installation.script(f"PEOPLE = {people}\n{_BEGIN}")
