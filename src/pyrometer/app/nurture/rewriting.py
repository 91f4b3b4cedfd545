"""Changes of a written programme at one place: the rest of the text, its comments too, stays as it was written.

Comments that stand beside what is taken out go with it, and line breaks may fall elsewhere.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from pyrometer.app.nurture.examining import LONGEST, normal
from pyrometer.definition.problems import Path
from pyrometer.definition.source import read_text
from pyrometer.errors import UsageError

Change = Callable[[Any], None]
"""Changes a tree in place; called with the tree that keeps comments, and with the plain one."""


def rewritten(text: str, change: Change) -> str:
    """The text after a change. Raises UsageError where it can't be read, or wouldn't say just that."""
    text = normal(text)
    source = read_text(text)
    if source.problems or not isinstance(source.tree, dict) or len(text) > LONGEST:
        raise UsageError(_("The text can't be read as it is; mend it as text first."))
    wanted = copy.deepcopy(source.tree)
    try:
        change(wanted)
        writer = _writer()
        tree = writer.load(text)
        change(tree)
        written = io.StringIO()
        writer.dump(tree, written)
    except (YAMLError, LookupError, TypeError, ValueError) as error:
        raise UsageError(_("This can't be changed by the form; change it as text.")) from error
    found = read_text(normal(written.getvalue()))
    if found.problems or found.tree != wanted:
        raise UsageError(_("This can't be changed by the form without changing more; change it as text."))
    return normal(written.getvalue())


def parsed(text: str) -> Any:
    """What a small piece of YAML says (a step, a condition). Raises UsageError with the line of what is wrong."""
    if len(text) > LONGEST:
        raise UsageError(_("That is too long."))
    source = read_text(normal(text))
    if source.problems:
        first = source.problems[0]
        raise UsageError(_("Line %(line)s: %(what)s") % {"line": first.line or 1, "what": first.what})
    return source.tree


def spelled(tree: Any, *, flow: bool = False) -> str:
    """A piece of a programme as YAML, with `flow` on one line.

    >>> spelled({"wait": "1w"}), spelled({"any": [{"missing": "need"}]}, flow=True)
    ('wait: 1w\\n', '{any: [{missing: need}]}\\n')
    """
    written = io.StringIO()
    writer = _writer()
    writer.default_flow_style = flow
    writer.dump(tree, written)
    return written.getvalue().removesuffix("...\n")


def at(tree: Any, path: Path) -> Any:
    """What stands at a path. Raises LookupError or TypeError."""
    for step in path:
        tree = tree[step]
    return tree


def inserted(path: Path, index: int, step: Any) -> Change:
    """Put a step into the list at a path, which begins where there is none."""

    def change(tree: Any) -> None:
        holder = at(tree, path[:-1])
        if holder.get(path[-1]) is None:
            holder[path[-1]] = []
        steps = holder[path[-1]]
        steps.insert(min(index, len(steps)), copy.deepcopy(step))

    return change


def replaced(path: Path, step: Any) -> Change:
    """Put another step into the place of one."""

    def change(tree: Any) -> None:
        at(tree, path[:-1])[path[-1]] = copy.deepcopy(step)

    return change


def removed(path: Path) -> Change:
    """Take a step out; a list that is empty then goes, where a step may do without."""

    def change(tree: Any) -> None:
        holder = at(tree, path[:-1])
        del holder[path[-1]]
        if not holder and len(path) > 2:
            del at(tree, path[:-2])[path[-2]]

    return change


def shifted(path: Path, by: int) -> Change:
    """Move a step up or down among its neighbours."""

    def change(tree: Any) -> None:
        steps, index = at(tree, path[:-1]), int(path[-1])
        if 0 <= index + by < len(steps):
            steps[index], steps[index + by] = steps[index + by], steps[index]

    return change


def put(values: dict[Path, Any]) -> Change:
    """Set values at paths, texts or whole numbers, or what is made of texts; None takes out what stands there."""

    def change(tree: Any) -> None:
        for path, value in values.items():
            holder = tree
            for step in path[:-1]:
                if holder.get(step) is None:
                    holder[step] = {}
                holder = holder[step]
            name = path[-1]
            if value is None:
                holder.pop(name, None)
            elif not isinstance(holder, CommentedMap):
                # The plain tree has all values as they are written.
                holder[name] = str(value) if isinstance(value, int) else copy.deepcopy(value)
            elif len(path) > 1 and holder and name not in holder:
                # Before the last: the empty line below a section is kept with its last entry.
                holder.insert(len(holder) - 1, name, copy.deepcopy(value))
            else:
                holder[name] = copy.deepcopy(value)

    return change


def _writer() -> YAML:
    writer = YAML(typ="rt", pure=True)
    writer.preserve_quotes = True
    writer.width = 4096
    writer.brace_single_entry_mapping_in_flow_sequence = True
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.allow_duplicate_keys = False
    return writer
