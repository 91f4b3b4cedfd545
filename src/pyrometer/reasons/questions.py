"""What to ask a lead for a criterion, in its language."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyrometer.definition.document import Definition
from pyrometer.definition.frameworks import BUILT_IN, LANGUAGES


@dataclass(frozen=True)
class Questions:
    """The questions of a definition: a criterion's own `ask`, a framework's, then a built-in framework's."""

    definition: Definition
    _found: dict[str, dict[str, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def by_language(self, criterion: str) -> dict[str, str]:
        """One question by language; empty where nobody wrote one."""
        if criterion not in self._found:
            self._found[criterion] = self._look_up(criterion)
        return self._found[criterion]

    def _look_up(self, criterion: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for texts in self._sources(criterion):
            for language, text in texts.items():
                found.setdefault(language, text)
        return found

    def ask(self, criterion: str, language: str = "en") -> str | None:
        """The question in a language, else in English, else in any; None without one."""
        texts = self.by_language(criterion)
        return texts.get(language) or texts.get("en") or next(iter(texts.values()), None)

    def _sources(self, criterion: str) -> list[dict[str, str]]:
        sources: list[dict[str, str]] = []
        own = self.definition.all_criteria.get(criterion)
        if own is not None and own.ask:
            sources.append(own.ask)
        used = self.definition.used_frameworks
        for framework in used.values():
            sources += [
                framework.ask[letter]
                for letter, name in framework.letters
                if name == criterion and letter in framework.ask
            ]
        ordered = [name for name in used if name in BUILT_IN] + [name for name in BUILT_IN if name not in used]
        for name in ordered:
            letters = dict(used[name].letters) if name in used else {}
            for letter in BUILT_IN[name].letters:
                if letters.get(letter.name, letter.criterion) == criterion:
                    sources.append({language: letter.questions[language][0] for language in LANGUAGES})
        return sources
