"""A mapping as the text of a mapping file, which load_mapping reads back the same."""

import json
from collections.abc import Sequence

from data.intake.mapping import Mapping


def as_toml(mapping: Mapping, notes: Sequence[str] = ()) -> str:
    """The mapping as the text of a mapping file; `notes` stand above it."""
    lines = [f"# {' '.join(note.split())}" for note in notes]
    lines.append(f"kind = {_toml(mapping.kind)}")
    form = mapping.source.model_dump(exclude_defaults=True)
    if form:
        lines += ["", "[source]", *(f"{key} = {_toml(value)}" for key, value in form.items())]
    if mapping.id:
        form = mapping.id.model_dump(exclude_defaults=True)
        lines += ["", "[id]", *(f"{key} = {_toml(value)}" for key, value in form.items())]
    lines += ["", "[columns]"]
    lines += [f"{name} = {_toml(sql.strip())}" for name, sql in mapping.columns.items()]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Strings of JSON are strings of TOML but for one sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
