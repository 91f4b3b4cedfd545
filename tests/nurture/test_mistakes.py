"""What is said of mistakes in programmes: where, what, why, and the likely fix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from pyrometer.definition import load as load_definition
from pyrometer.definition.problems import spell
from pyrometer.errors import ProgrammeError
from pyrometer.nurture import Content, load, read

DEFINITION = load_definition(
    """
format: 1
name: Brook & Bell
profile:
  sector: {type: text, values: [hotels, clinics]}
  staff: integer
  trial_ends: date
  need: {type: text, values: [confirmed, none]}
events:
  email_clicked: {properties: {campaign: text}}
  call_asked:
flags:
  keen: {event: call_asked, within: 30d}
scores:
  interest: {rules: [{name: Call, points: 50, event: call_asked, count: latest}], grades: {A: 40, B: 0}}
criteria:
  need: {met: {trait: need, is: confirmed}, ask: {en: What goes wrong?}}
  size: {met: {trait: staff, at_least: 10}}
frameworks:
  bant: {}
temperature:
  hot: {when: {score: interest, at_least: 40}}
  warm: {when: {event: email_clicked}}
"""
)
CONTENTS = {
    "intro": Content("intro", purpose="email"),
    "plans": Content("plans", purpose="email", pitch="medium"),
    "buy": Content("buy", purpose="email", pitch="sales"),
    "news": Content("news", purpose="newsletter", languages=("en", "de")),
    "banner": Content("banner", kind="slot"),
    "form": Content("form", kind="survey", purpose="email"),
}
HEAD = """format: 1
programme: made
name: {en: Made, de: Gemacht}
purpose: email
"""
ENTER = "enter: {when: {temperature: cool}}\n"
STEPS = "steps:\n  - {send: intro}\n"
HERE = re.compile(r"# here$", re.MULTILINE)


@dataclass(frozen=True)
class Mistake:
    """Sections with a mistake in the line that ends in `# here`; those that are left out are sound."""

    name: str
    yaml: str
    path: str
    what: str
    fix: str = ""
    level: str = "error"
    why: str = ""

    @property
    def text(self) -> str:
        """The whole programme."""
        given = self.yaml.strip("\n") + "\n"
        enter = "" if re.search(r"^enter:", given, re.MULTILINE) else ENTER
        steps = "" if re.search(r"^steps:", given, re.MULTILINE) else STEPS
        head = "" if given.startswith("format") else HEAD
        return head + enter + given + steps


def steps(*lines: str) -> str:
    return "steps:\n" + "".join(f"  {line}\n" for line in lines)


SHAPES = [
    Mistake("a step", steps("- {snd: intro}  # here"), "steps[0].snd", "unknown step `snd`", "did you mean `send`?"),
    Mistake(
        "a step like no other",
        steps("- {zzz: intro}  # here"),
        "steps[0]",
        "this is no step",
        why="a step has one of `send`, `ask`, `offer`, `wait`",
    ),
    Mistake(
        "a key of a step",
        steps("- {send: intro, purpse: email}  # here"),
        "steps[0].purpse",
        "unknown key `purpse`",
        "did you mean `purpose`?",
    ),
    Mistake(
        "two steps in one",
        steps("- {send: intro, wait: 3d}  # here"),
        "steps[0].wait",
        "`wait` is a step of its own",
        "begin a new item: `- wait: …`",
    ),
    Mistake(
        "a step inside a branch",
        steps("- branch:", "    - when: {flag: keen}", "      then:", "        - {sendd: intro}  # here"),
        "steps[0].branch[0].then[0].sendd",
        "unknown step `sendd`",
        "did you mean `send`?",
    ),
    Mistake(
        "a condition",
        steps("- branch:", "    - when: {temprature: warm}  # here"),
        "steps[0].branch[0].when.temprature",
        "unknown key `temprature`",
        "did you mean `temperature`?",
    ),
    Mistake(
        "a temperature",
        "enter: {when: {temperature: cold}}  # here",
        "enter.when.temperature",
        "`cold` is not possible here",
    ),
    Mistake(
        "a stage",
        "exits: [{when: {stage: custmer}, because: x}]  # here",
        "exits[0].when.stage",
        "`custmer` is not possible here",
        "did you mean `customer`?",
    ),
    Mistake("a duration", steps("- wait: 3 months  # here"), "steps[0].wait", "`3 months` is not a duration", ""),
    Mistake("no duration at all", steps("- wait: 0d  # here"), "steps[0].wait", "must be at least 1h"),
    Mistake("a time of day", steps("- wait: {at: noon}  # here"), "steps[0].wait.at", "`noon` is not a time of day"),
    Mistake(
        "two things to wait for",
        steps("- wait: {for: 3d, until: {flag: keen}}  # here"),
        "steps[0].wait",
        "waits for one thing",
    ),
    Mistake(
        "a limit of a wait that ends by itself",
        steps("- wait: {for: 3d, at_most: 4d}  # here"),
        "steps[0].wait",
        "`at_most` is the limit of a wait for a `date` or `until`",
    ),
    Mistake(
        "two ways out of a wait that has one",
        steps("- {wait: 3d, else: [{send: intro}]}  # here"),
        "steps[0]",
        "belong to a wait that may end in two ways",
    ),
    Mistake(
        "two questions",
        steps("- ask: {criterion: need, framework: bant}  # here"),
        "steps[0].ask",
        "asks one thing",
    ),
    Mistake(
        "recycling without a day",
        steps("- leave: {because: later, then: recycle}  # here"),
        "steps[0].leave",
        "`then: recycle` needs `after`",
    ),
    Mistake(
        "an offer of nothing",
        steps("- offer: {slot: sidebar}  # here"),
        "steps[0].offer",
        "offers either a `content` in a `slot`, or a `coupon`",
    ),
    Mistake(
        "a share",
        "enter: {when: {temperature: cool}, held_back: 0.1}  # here",
        "enter.held_back",
        "`0.1` is not a share; write a percentage, such as 10%",
    ),
    Mistake(
        "a share that leaves nobody",
        "enter: {when: {temperature: cool}, held_back: 95%}  # here",
        "enter.held_back",
        "at most 90% can be held back",
    ),
    Mistake(
        "a key",
        "format: 1\nprogramme: Win Back  # here\nname: x\npurpose: email\n",
        "programme",
        "`Win Back` can't be a key",
    ),
    Mistake("no steps", "steps: []  # here", "steps", "it needs at least 1"),
]

NAMES = [
    Mistake(
        "a trait",
        "enter: {when: {trait: secktor, is: hotels}}  # here",
        "enter.when.trait",
        "unknown trait `secktor`",
        "did you mean `sector`?",
    ),
    Mistake(
        "a value",
        "enter: {when: {all: [{temperature: cool}, {trait: sector, is: hotel}]}}  # here",
        "enter.when.all[1].is",
        "unknown value `hotel` of `sector`",
        "did you mean `hotels`?",
    ),
    Mistake(
        "an event",
        steps("- {wait: {until: {event: email_click}, at_most: 3d}}  # here"),
        "steps[0].wait.until.event",
        "unknown event `email_click`",
        "did you mean `email_clicked`?",
    ),
    Mistake(
        "a criterion that is missing",
        "enter: {when: {all: [{temperature: cool}, {missing: needs}]}}  # here",
        "enter.when.all[1].missing",
        "unknown criterion `needs`",
        "did you mean `need`?",
    ),
    Mistake(
        "a criterion that is asked",
        steps("- {ask: nead}  # here"),
        "steps[0].ask",
        "unknown criterion `nead`",
        "did you mean `need`?",
    ),
    Mistake(
        "a framework",
        steps("- {ask: {framework: champ}}  # here"),
        "steps[0].ask.framework",
        "the framework `champ` is not listed",
    ),
    Mistake(
        "a date",
        steps("- wait: {date: trial_end, at_most: 9d}  # here"),
        "steps[0].wait.date",
        "unknown date `trial_end`",
        "did you mean `trial_ends`?",
    ),
    Mistake(
        "what is no date",
        steps("- wait: {date: staff, at_most: 9d}  # here"),
        "steps[0].wait.date",
        "`staff` is no date",
    ),
    Mistake(
        "a trait to set", steps("- set: {stuff: 3}  # here"), "steps[0].set.stuff", "unknown trait `stuff`", "`staff`"
    ),
    Mistake(
        "a number to set", steps("- set: {staff: many}  # here"), "steps[0].set.staff", "`many` is not a whole number"
    ),
    Mistake(
        "a value to set", steps("- set: {need: maybe}  # here"), "steps[0].set.need", "unknown value `maybe` of `need`"
    ),
    Mistake(
        "a content", steps("- send: into  # here"), "steps[0].send", "unknown content `into`", "did you mean `intro`?"
    ),
    Mistake(
        "a content that was sent",
        "exits: [{when: {sent: nws}, because: x}]  # here",
        "exits[0].when.sent",
        "unknown content `nws`",
        "did you mean `news`?",
    ),
    Mistake(
        "a mail in a slot",
        steps("- offer: {content: intro, slot: side}  # here"),
        "steps[0].offer.content",
        "`intro` is a mail, not a slot",
    ),
    Mistake("a slot as a mail", steps("- send: banner  # here"), "steps[0].send", "`banner` is a slot, not a mail"),
    Mistake(
        "another programme",
        "exits: [{when: {programme: re-engag, is: inside}, because: x}]  # here",
        "exits[0].when.programme",
        "unknown programme `re-engag`",
        "did you mean `re-engage`?",
    ),
    Mistake(
        "a question that nobody has words for",
        steps("- ask: size  # here"),
        "steps[0].ask",
        "there is no question for `size`",
        "add `ask` to the criterion `size`",
    ),
]

WAYS = [
    Mistake(
        "an id to go to", steps("- {id: one, wait: 1d}", "- go: on  # here"), "steps[1].go", "no step has the id `on`"
    ),
    Mistake(
        "an id twice",
        steps("- {id: one, wait: 1d}", "- {id: one, wait: 2d}  # here"),
        "steps[1].id",
        "two steps have the id `one`",
    ),
    Mistake(
        "a step behind the end",
        steps("- leave: enough", "- send: intro  # here"),
        "steps[1]",
        "nobody ever comes to `send intro`",
    ),
    Mistake(
        "a step behind a branch of which all ways end",
        steps(
            "- {branch: [{when: {flag: keen}, then: [{leave: keen}]}], else: [{leave: other}]}", "- send: intro  # here"
        ),
        "steps[1]",
        "nobody ever comes to `send intro`",
    ),
    Mistake(
        "a circle",
        steps("- {id: one, notify: {to: rep, say: Look}}", "- go: one  # here"),
        "steps[1]",
        "these steps go round without waiting",
        "put a wait that takes time into the circle",
        why="`one` → `go one`",
    ),
    Mistake(
        "a circle with a wait that may be over",
        steps("- {id: one, wait: {until: {flag: keen}, at_most: 9d}}", "- go: one  # here"),
        "steps[1]",
        "these steps go round without waiting",
    ),
    Mistake(
        "a wait that may never end",
        steps("- wait: {until: {flag: keen}}  # here"),
        "steps[0].wait",
        "this wait may never end",
        "add a limit, such as `at_most: 30d`",
    ),
    Mistake(
        "a wait for a date that nobody may know",
        steps("- wait: {date: trial_ends}  # here"),
        "steps[0].wait",
        "this wait may never end",
        why="`trial_ends` may never be known",
    ),
]

PEOPLE = [
    Mistake(
        "everybody enters",
        "enter: {when: {any: [{temperature: [cool, warm]}, {flag: keen}]}}  # here",
        "enter.when",
        "everybody enters",
        "say who it is for",
        "warning",
    ),
    Mistake(
        "everybody enters, by a criterion",
        "enter: {when: {any: [{missing: need}, {criterion: need}]}}  # here",
        "enter.when",
        "everybody enters",
        level="warning",
    ),
    Mistake(
        "nobody enters",
        "enter: {when: {all: [{temperature: cool}, {not: {temperature: cool}}]}}  # here",
        "enter.when",
        "nobody ever enters",
    ),
    Mistake(
        "only the hot enter",
        "enter: {when: {temperature: hot}}  # here",
        "enter.when",
        "nobody ever enters",
        why="only hot leads fit, and these leave at once",
    ),
    Mistake(
        "only those with sales enter",
        "enter: {when: {stage: [sql, accepted]}}  # here",
        "enter.when",
        "nobody ever enters",
    ),
    Mistake(
        "hot leads named for nothing",
        "enter: {when: {temperature: [cool, hot]}}  # here",
        "enter.when",
        "hot leads never enter",
        level="note",
    ),
    Mistake(
        "everybody leaves",
        "exits: [{when: {temperature: [cool, warm]}, because: x}]  # here",
        "exits[0].when",
        "everybody leaves by this exit at once",
    ),
    Mistake(
        "a case for nobody",
        steps("- branch:", "    - {when: {temperature: hot}, then: [{send: intro}]}  # here"),
        "steps[0].branch[0].when",
        "`hot` never holds here",
        level="warning",
        why="the hot have left before",
    ),
    Mistake(
        "nobody to compare with",
        "enter: {when: {temperature: cool}, held_back: 0%}  # here",
        "enter.held_back",
        "nobody is held back",
        level="warning",
    ),
]

MAILS = [
    Mistake(
        "a sales pitch to the cool",
        steps("- send: buy  # here"),
        "steps[0].send",
        "`buy` is a sales pitch, and cool leads can be at this step",
        "send a content of low commitment",
    ),
    Mistake(
        "more than the cool bear",
        steps("- send: plans  # here"),
        "steps[0].send",
        "`plans` is of medium commitment, and cool leads can be at this step",
        level="warning",
    ),
    Mistake(
        "who was warm may have cooled",
        "enter: {when: {temperature: warm}}\n" + steps("- send: plans", "- wait: 9d", "- send: plans  # here"),
        "steps[2].send",
        "`plans` is of medium commitment, and cool leads can be at this step",
        level="warning",
    ),
    Mistake(
        "a sales pitch to the warm",
        "enter: {when: {temperature: warm}}\n" + steps("- send: buy  # here"),
        "steps[0].send",
        "`buy` is a sales pitch, and warm leads",
        level="warning",
    ),
    Mistake(
        "no purpose",
        "format: 1\nprogramme: made\nname: x\n" + steps("- send: intro  # here"),
        "steps[0]",
        "`send intro` has no purpose",
        "add `purpose: email` to the step",
        why="its content is for `email`",
    ),
    Mistake(
        "another purpose",
        steps("- {send: news, id: x}  # here"),
        "steps[0]",
        "`news` is for `newsletter`, and is sent for `email`",
    ),
    Mistake(
        "one mail after the other",
        steps("- send: intro", "- send: intro  # here"),
        "steps[1]",
        "follows `send intro` without a wait",
        level="note",
    ),
    Mistake(
        "a content that isn't translated",
        "languages: [en, de]\n" + steps("- send: intro  # here"),
        "steps[0].send",
        "`intro` is missing in de",
        level="warning",
    ),
    Mistake(
        "a question that isn't translated",
        "languages: [en, fr]\n" + steps("- ask: need  # here"),
        "steps[0].ask",
        "the question for `need` is missing in fr",
        level="warning",
    ),
    Mistake(
        "an own question that isn't translated",
        "languages: [en, sv]\n" + steps("- ask: {question: {en: Why?}}  # here"),
        "steps[0].ask.question",
        "the question is missing in sv",
        level="warning",
    ),
]


@pytest.mark.parametrize("mistake", [*SHAPES, *NAMES, *WAYS, *PEOPLE, *MAILS], ids=lambda mistake: mistake.name)
def test_a_mistake(mistake: Mistake) -> None:
    draft = read(mistake.text, DEFINITION, CONTENTS, ["made", "re-engage"])
    shown = "\n".join(map(str, draft.problems))
    found = [
        problem
        for problem in draft.problems
        if problem.level == mistake.level and spell(problem.path) == mistake.path and mistake.what in problem.what
    ]
    assert found, f"not reported:\n{shown}"
    assert mistake.fix in found[0].fix
    assert mistake.why in found[0].why
    marked = HERE.search(mistake.text)
    assert marked is not None
    assert found[0].line == mistake.text[: marked.start()].count("\n") + 1, shown
    errors = {spell(problem.path) for problem in draft.errors}
    assert errors == ({mistake.path} if mistake.level == "error" else set()), shown


SOUND = [
    "enter: {when: {temperature: warm}}\nexits: [{when: {temperature: cool}, because: cooled}]\n"
    + steps("- send: plans", "- wait: 9d", "- send: plans"),
    steps("- wait: {until: {temperature: warm}, at_most: 9d}", "  then: [{send: plans}]", "  else: [{send: intro}]"),
    steps("- {branch: [{when: {temperature: warm}, then: [{send: plans}]}], else: [{send: intro}]}"),
    steps("- {id: a, wait: {until: {flag: keen}, at_most: 9d}, then: [{leave: keen}], else: [{send: intro}, {go: a}]}"),
    steps("- {id: a, send: intro}", "- wait: {day: [tuesday, thu], at: '09:30'}", "- go: a"),
    steps(
        "- {send: intro, asking: need}",
        "- wait: {date: recycle_on, after: 1d, at_most: 9w}",
        "- ask: {framework: bant}",
    ),
    steps("- offer: {content: banner, slot: side, for: 2w}", "- {notify: {to: rep, say: Look}}", "- set: {need: none}"),
    steps("- send: form"),
]


@pytest.mark.parametrize("yaml", SOUND)
def test_what_is_sound_is_left_alone(yaml: str) -> None:
    draft = read(Mistake("", yaml, "", "").text, DEFINITION, CONTENTS, [])
    assert draft.problems == []


def test_every_mistake_is_told_at_once_and_nothing_that_only_follows() -> None:
    text = HEAD + ENTER.replace("cool", "cold") + steps("- {snd: intro}", "- wait: soon", "- {send: into}")
    found = [str(problem) for problem in read(text, DEFINITION, CONTENTS).problems]
    assert [line.split(": ")[2] for line in found] == ["enter.when.temperature", "steps[0].snd", "steps[1].wait"]
    text = HEAD + ENTER + steps("- {snd: intro}", "- {send: into}", "- {set: {stuff: 1}}", "- {go: nowhere}")
    paths = [spell(problem.path) for problem in read(text, DEFINITION, CONTENTS).problems]
    assert paths == ["steps[0].snd", "steps[1].send", "steps[2].set.stuff", "steps[3].go"]


def test_loading_raises_with_all_of_them() -> None:
    with pytest.raises(ProgrammeError, match=r"unknown step `snd`; did you mean `send`\?") as raised:
        load(HEAD + ENTER + steps("- {snd: intro}"))
    assert raised.value.of == "programme"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("\n", "the programme is empty"),
        ("- a\n- b\n", "a programme is a mapping"),
        ("a: [\n", "not valid YAML"),
        ("a: &x 1\n", "anchors and aliases"),
        (Path("nowhere.yaml"), "can't read the file"),
    ],
)
def test_what_is_no_programme(source: str | Path, what: str) -> None:
    draft = read(source)
    assert draft.programme is None
    assert what in draft.problems[0].what
    assert "definition" not in str(draft.problems[0])
