"""Write batch-process.asl.json, the state machine as it is deployed by default, for reading."""

import json
from pathlib import Path

from statemachine.builder import definition

WRITTEN = Path(__file__).with_name("batch-process.asl.json")


def text(levels: int = 3) -> str:
    """The definition as it is written: indented, with a newline at its end."""
    return json.dumps(definition(levels), indent=2) + "\n"


if __name__ == "__main__":
    WRITTEN.write_text(text(), encoding="utf-8")
