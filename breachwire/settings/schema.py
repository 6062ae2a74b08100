"""JSON Schema of every file in config/, for editors. docs/schema/ holds the output; a test compares them."""

from __future__ import annotations

import json
from pathlib import Path

from breachwire.settings.models import FILES


def render() -> dict[str, str]:
    """File name (`settings.schema.json` ...) to the schema's text."""
    return {
        name.replace(".toml", ".schema.json"): json.dumps(model.model_json_schema(), indent=1, ensure_ascii=False)
        + "\n"
        for name, model in FILES.items()
    }


def write(folder: Path) -> None:
    """Writes all schemas into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render().items():
        (folder / name).write_text(text, encoding="utf-8")
