"""`pyrometer schema`: the language as a JSON Schema, so that editors complete it."""

from __future__ import annotations

import json

from pyrometer.cli.options import Out


def schema_command(*, out: Out = None) -> int:
    """Write the JSON Schema of the definition language, with which editors complete and check as one types."""
    from pyrometer.cli.output import check_output, text_output
    from pyrometer.definition.schema import json_schema

    out = check_output(out, [])
    with text_output(out) as stream:
        stream.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
    return 0
