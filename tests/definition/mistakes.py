"""A sound definition in sections, and mistakes made by writing one of them differently."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyrometer.definition.problems import Level, Problem, spell
from pyrometer.definition.reading import read

HERE = re.compile(r"# here$", re.MULTILINE)
SECTION = re.compile(r"^(?=(\w+))(.*\n)(?:[ #-].*\n|\n)*", re.MULTILINE)
PART = re.compile(r'^  ("[^"]+"|\w+):.*\n(?:   .*\n)*', re.MULTILINE)

SOUND = {
    "format": "format: 1",
    "name": "name: Brook & Bell",
    "profile": """
profile:
  sector: {type: text, values: [hotels, clinics, shops]}
  staff: {type: integer, unknown: [n/a]}
  turnover: number
  role: text
  partner: boolean
  renews_on: date
""",
    "events": """
events:
  page_viewed: {properties: {topic: text, seconds: integer}}
  file_opened: {properties: {file: text}}
  call_asked:
""",
    "flags": "flags:\n  keen: {event: call_asked, within: 30d}\n",
    "scores": """
scores:
  fit:
    rules:
      - {name: Sector, trait: sector, points_for: {hotels: 40, clinics: 30}}
      - {name: Staff, trait: staff, bands: [{below: 10, points: 0}, {from: 10, points: 60}]}
    grades: {A: 70, B: 30, C: 0}
  interest:
    cooling: {half_life: 30d}
    groups: {web: {cap: 40}}
    rules:
      - {name: Pages, points: 2, event: page_viewed, group: web}
      - {name: Call, points: 50, event: call_asked, count: latest}
""",
    "criteria": """
criteria:
  need: {met: {event: file_opened}}
  size: {met: {trait: staff, at_least: 10}}
""",
    "frameworks": "frameworks:\n  ours: {letters: {need: need, size: size}, ready: {some: 1}}\n",
    "temperature": """
temperature:
  hot: {when: {all: [{score: interest, at_least: 40}, {grade: fit, at_least: B}, {flag: keen}]}}
  warm: {when: {any: [{framework: ours, is: ready}, {trait: partner, is: true}]}}
""",
    "examples": """
examples:
  - name: A hotel that asked for a call
    profile: {sector: hotels, staff: 40, role: Owner, turnover: 12.5, renews_on: {ahead: 30d}}
    events: [{event: call_asked, age: 2d}]
    expect: {temperature: hot}
""",
}


@dataclass(frozen=True)
class Mistake:
    """Parts of sections with a mistake in the line that ends in `# here`, and what must be said of it.

    The parts stand in place of the sound ones of the same name; what is written in one line, or is a list, stands in
    place of the whole section.

    `what`, `why` and `fix` are parts of the message. Errors at other places than `path` and `also` are false ones.
    """

    name: str
    yaml: str
    level: Level
    path: str
    what: str
    fix: str = ""
    why: str = ""
    also: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole definition."""
        sections = dict(SOUND)
        for found in SECTION.finditer(self.yaml + "\n"):
            head, parts = found[2], _parts(found[0])
            sound = _parts(SOUND.get(found[1], ""))
            sections[found[1]] = "".join([head, *(sound | parts).values()]) if parts else found[0]
        return "\n".join(section.strip("\n") for section in sections.values()) + "\n"

    def check(self) -> None:
        """Fails unless the mistake is reported, in its place, and nothing else is made of it."""
        draft = read(self.text)
        shown = "\n".join(map(str, draft.problems))
        found = [problem for problem in draft.problems if problem.level == self.level and self._says(problem)]
        assert found, f"not reported:\n{shown}"
        marked = HERE.search(self.text)
        assert marked is not None
        assert found[0].line == self.text[: marked.start()].count("\n") + 1, shown
        allowed = {*self.also, *([self.path] if self.level == "error" else [])}
        assert {spell(problem.path) for problem in draft.errors} == allowed, shown

    def _says(self, problem: Problem) -> bool:
        return (
            spell(problem.path) == self.path
            and self.what in problem.what
            and self.fix in problem.fix
            and self.why in problem.why
        )


def _parts(section: str) -> dict[str, str]:
    return {found[1]: found[0] for found in PART.finditer(section)}


def named(mistake: Mistake) -> str:
    """The mistake's name, for the report of a test run."""
    return mistake.name
