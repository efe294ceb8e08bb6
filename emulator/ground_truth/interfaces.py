"""What the template of a task type says besides how it looks.

Jobs about pictures name the attribute to audit nowhere else, and answers come under the name of
the crowd element that people answered with.
"""

import re
from dataclasses import dataclass

from emulator.ground_truth.errors import InputUnusable
from emulator.ground_truth.ports import ObjectStore, StoreError

METADATA = "-metadata"
INPUT = ("source", "source-ref")

# {{ task.input.manifestLine.cats.annotations }}, {{ task.input.manifestLine["cats-ref"] }}
_ATTRIBUTE = re.compile(
    r"task\.input\.manifestLine\s*(?:\.\s*([\w-]+)|\[\s*[\"']([^\"']+)[\"']\s*\])"
)
_ELEMENT = re.compile(r"<crowd-(?!form\b)[a-z-]+\s([^<]*?)>", re.DOTALL)
_NAME = re.compile(r"(?:^|\s)name\s*=\s*[\"']([^\"'{}]+)[\"']")


@dataclass(frozen=True)
class Interface:
    """`audited_attribute` is the label that the template shows, if it shows one; `answer_name` is
    the name of its first crowd element that has one, empty if none has."""

    audited_attribute: str | None = None
    answer_name: str = ""


def read_interface(uri: str, *, objects: ObjectStore) -> Interface:
    """What the template at `uri` says; raises `InputUnusable`."""
    try:
        template = objects.read(uri).decode(errors="replace")
    except StoreError as error:
        raise InputUnusable(f"The worker template cannot be read: {error}") from error
    return interface_of(template)


def interface_of(template: str) -> Interface:
    """What a template says."""
    used = [dotted or quoted for dotted, quoted in _ATTRIBUTE.findall(template)]
    labels = [name.removesuffix(METADATA) for name in used if name not in INPUT]
    names = [found.group(1) for text in _ELEMENT.findall(template) if (found := _NAME.search(text))]
    return Interface(
        audited_attribute=labels[0] if labels else None, answer_name=names[0] if names else ""
    )
