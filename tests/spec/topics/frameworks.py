"""The reference of frameworks."""
# ruff: noqa: E501 - tables are as wide as they are

from tests.spec.case import Section, Spec, Topic

BUILT_IN = Section(
    "Built in",
    "Seven frameworks are built in. To use one, name it. Their letters read your criteria; here the definition has"
    " none, so traits of the same names answer.",
    (
        Spec(
            "BANT",
            "Budget, authority (the criterion `influence`), need, timeframe (`timeline`). Ready when 3 of 4 are met.",
            "frameworks:\n  bant: {}\n",
            """
budget | influence | need  | timeline | => frameworks.bant.met | => frameworks.bant.unmet | => frameworks.bant.unknown | => frameworks.bant.ready
met    | met       | met   | met      | 4 | 0 | 0 | true
met    | met       | met   |          | 3 | 0 | 1 | true
unmet  | met       | met   | met      | 3 | 1 | 0 | true
met    | met       | unmet |          | 2 | 1 | 1 | false
       |           |       |          | 0 | 0 | 4 | false
""",
        ),
        Spec(
            "The five areas",
            "Need, fit, budget, influence, timeline. Ready when all 5 are met.",
            "frameworks:\n  five_areas: {}\n",
            """
need | fit | budget | influence | timeline | => frameworks.five_areas.met | => frameworks.five_areas.unmet | => frameworks.five_areas.unknown | => frameworks.five_areas.ready
met  | met | met    | met       | met      | 5 | 0 | 0 | true
met  | met | met    | met       | unmet    | 4 | 1 | 0 | false
met  | met | met    | met       |          | 4 | 0 | 1 | false
""",
        ),
        Spec(
            "CHAMP",
            "Challenge (`need`), authority (`influence`), money (`budget`), prioritization (`timeline`). Ready when 3"
            " of 4 are met.",
            "frameworks:\n  champ: {}\n",
            """
need  | influence | budget | timeline | => frameworks.champ.met | => frameworks.champ.unmet | => frameworks.champ.unknown | => frameworks.champ.ready
met   | met       | met    |          | 3 | 0 | 1 | true
unmet | met       | met    |          | 2 | 1 | 1 | false
""",
        ),
        Spec(
            "ANUM",
            "Authority (`influence`), need, urgency (`timeline`), money (`budget`). Ready when 3 of 4 are met.",
            "frameworks:\n  anum: {}\n",
            """
influence | need | timeline | budget | => frameworks.anum.met | => frameworks.anum.unmet | => frameworks.anum.unknown | => frameworks.anum.ready
met       | met  | met      | unmet  | 3 | 1 | 0 | true
met       | met  |          | unmet  | 2 | 1 | 1 | false
""",
        ),
        Spec(
            "FAINT",
            "Funds (`budget`), authority (`influence`), interest, need, time (`timeline`). Ready when 4 of 5 are met.",
            "frameworks:\n  faint: {}\n",
            """
budget | influence | interest | need | timeline | => frameworks.faint.met | => frameworks.faint.unmet | => frameworks.faint.unknown | => frameworks.faint.ready
met    | met       | met      | met  |          | 4 | 0 | 1 | true
met    | met       | met      |      | unmet    | 3 | 1 | 1 | false
""",
        ),
        Spec(
            "GPCT",
            "Goals, plans, challenges (`need`), timeline. Ready when 3 of 4 are met.",
            "frameworks:\n  gpct: {}\n",
            """
goals | plans | need  | timeline | => frameworks.gpct.met | => frameworks.gpct.unmet | => frameworks.gpct.unknown | => frameworks.gpct.ready
met   | met   | met   | unmet    | 3 | 1 | 0 | true
met   | met   | unmet | unmet    | 2 | 2 | 0 | false
""",
        ),
        Spec(
            "MEDDIC",
            "Metrics, economic buyer (`influence`), decision criteria, decision process, identified pain (`need`),"
            " champion. Ready when 5 of 6 are met.",
            "frameworks:\n  meddic: {}\n",
            """
metrics | influence | decision_criteria | decision_process | need | champion | => frameworks.meddic.met | => frameworks.meddic.unmet | => frameworks.meddic.unknown | => frameworks.meddic.ready
met     | met       | met               | met              | met  |          | 5 | 0 | 1 | true
met     | met       | met               | met              | unmet |         | 4 | 1 | 1 | false
""",
        ),
        Spec(
            "Several at once",
            "All frameworks read the same criteria, so one answer serves them all.",
            "frameworks:\n  bant: {}\n  champ: {}\n  five_areas: {}\n",
            """
need | budget | influence | => frameworks.bant.ready | => frameworks.champ.ready | => frameworks.five_areas.met | => frameworks.five_areas.ready
met  | met    | met       | true                     | true                      | 3                            | false
""",
        ),
    ),
)

LETTERS = Section(
    "What answers a letter",
    "Each letter is answered by the criterion of its name. If the definition has no such criterion, the trait of that"
    " name answers, with the values `met` and `unmet`.",
    (
        Spec(
            "A criterion answers",
            "Where the definition has the criterion, the trait of that name is only what the criterion makes of it.",
            """
criteria:
  need: {met: {trait: need, in: [confirmed, met]}}
frameworks:
  bant: {}
""",
            """
need      | => criteria.need | => frameworks.bant.met | => frameworks.bant.unmet | => frameworks.bant.unknown
confirmed | met              | 1                      | 0                        | 3
possible  | unmet            | 0                      | 1                        | 3
          | unknown          | 0                      | 0                        | 4
""",
        ),
        Spec(
            "A trait answers",
            "Only with `met` or `unmet`, in exactly these letters; anything else leaves the letter unknown. The answer"
            " is shown among the criteria.",
            "frameworks:\n  gpct: {}\n",
            """
goals | => criteria.goals | => frameworks.gpct.met | => frameworks.gpct.unmet
met   | met               | 1                      | 0
unmet | unmet             | 0                      | 1
Met   | unknown           | 0                      | 0
yes   | unknown           | 0                      | 0
      | unknown           | 0                      | 0
""",
        ),
        Spec(
            "Nothing answers",
            "A letter with neither criterion nor trait is unknown. (`check` warns if all letters of a framework are.)",
            """
profile:
  need: {type: text}
frameworks:
  bant: {}
""",
            """
need | => criteria.need | => criteria.budget | => frameworks.bant.met | => frameworks.bant.unknown
met  | met              | unknown            | 1                      | 3
""",
        ),
    ),
)

OWN = Section(
    "Your own",
    "Built-in frameworks can be changed, and new ones written.",
    (
        Spec(
            "Another threshold",
            "`ready: {some: 2}` in place of the built-in 3 of 4.",
            """
frameworks:
  bant: {ready: {some: 2}}
""",
            """
budget | need | influence | => frameworks.bant.met | => frameworks.bant.ready
met    | met  |           | 2                      | true
met    |      |           | 1                      | false
""",
        ),
        Spec(
            "A letter that must be met",
            "Three of four, and the need among them.",
            """
frameworks:
  bant: {ready: {some: 3, required: [need]}}
""",
            """
budget | influence | need  | timeline | => frameworks.bant.met | => frameworks.bant.ready
met    | met       | met   | unmet    | 3                      | true
met    | met       | unmet | met      | 3                      | false
met    | met       |       | met      | 3                      | false
met    |           | met   |          | 2                      | false
""",
        ),
        Spec(
            "Required by letter or by criterion",
            "The authority of BANT is the criterion `influence`; both names mean the same.",
            """
frameworks:
  bant: {ready: {some: 2, required: [authority]}}
  anum: {ready: {some: 2, required: [influence]}}
""",
            """
budget | influence | need | => frameworks.bant.ready | => frameworks.anum.ready
met    |           | met  | false                    | false
met    | met       |      | true                     | true
""",
        ),
        Spec(
            "Other letters",
            "`letters` says which letters there are and which criterion answers each.",
            """
frameworks:
  bant:
    letters: {budget: budget, authority: influence, need: need, timeframe: timeline, plans: plans}
    ready: {some: 4}
""",
            """
budget | influence | need | timeline | plans | => frameworks.bant.met | => frameworks.bant.unknown | => frameworks.bant.ready
met    | met       | met  |          | met   | 4                      | 1                          | true
met    | met       | met  |          |       | 3                      | 2                          | false
""",
        ),
        Spec(
            "A framework of your own",
            "A list of letters that are the criteria themselves.",
            """
criteria:
  size: {met: {trait: employees, at_least: 50}}
frameworks:
  ours:
    letters: [size, need, goals]
    ready: {some: 2, required: [size]}
""",
            """
employees | need | goals | => frameworks.ours.met | => frameworks.ours.unmet | => frameworks.ours.unknown | => frameworks.ours.ready
50        | met  |       | 2                      | 0                        | 1                          | true
49        | met  | met   | 2                      | 1                        | 0                          | false
          | met  | met   | 2                      | 0                        | 1                          | false
50        |      |       | 1                      | 0                        | 2                          | false
""",
        ),
        Spec(
            "A framework of your own, with names for its letters",
            "A mapping gives each letter the criterion that answers it.",
            """
frameworks:
  ours:
    letters: {pain: need, purse: budget}
    ready: {some: 2}
""",
            """
need | budget | => frameworks.ours.met | => frameworks.ours.unmet | => frameworks.ours.ready
met  | met    | 2                      | 0                        | true
met  | unmet  | 1                      | 1                        | false
""",
        ),
    ),
)

TOPIC = Topic(
    "frameworks",
    "Frameworks",
    "A framework asks a handful of criteria together and says whether enough are met to be ready.",
    """
profile:
  need:              {type: text}
  fit:               {type: text}
  budget:            {type: text}
  influence:         {type: text}
  timeline:          {type: text}
  interest:          {type: text}
  goals:             {type: text}
  plans:             {type: text}
  metrics:           {type: text}
  decision_criteria: {type: text}
  decision_process:  {type: text}
  champion:          {type: text}
  employees:         {type: integer}
""",
    (BUILT_IN, LETTERS, OWN),
)
