"""A file that is one JSON object: label categories, sequences."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from math import isfinite
from typing import Any

from labeling.errors import ObjectUnreadable
from labeling.plan.findings import Finding
from labeling.ports import Objects
from labeling.problems import near

_BOM = "\ufeff"
_SCHEME = "s3://"
_LARGEST = 2**63


def read_object(
    uri: str, *, what: str, objects: Objects
) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The object that lies there, and what is wrong with it as JSON; `what` names it in messages.

    None: it cannot be used at all, and the findings say why.
    """
    try:
        text = objects.read(uri)
    except ObjectUnreadable as error:
        message = f"{what} cannot be read: {error}."
        return None, [Finding("unreadable", f"{message} Upload it, or correct the address.")]
    findings = []
    if text.startswith(_BOM):
        findings.append(
            Finding("bom", f"{what} {uri} begins with a byte order mark: save it as plain UTF-8.")
        )
    twice: list[str] = []
    try:
        document = _decoder(twice).decode(text.removeprefix(_BOM))
        refuse_half_characters(text, document)
    except (ValueError, RecursionError) as error:
        return None, [
            *findings,
            Finding("not_json", f"{what} {uri} is not JSON: {error}. Correct it there."),
        ]
    if not isinstance(document, dict):
        message = f"{what} {uri} must be one JSON object: write {{…}} around it."
        return None, [*findings, Finding("not_an_object", message)]
    for name in dict.fromkeys(twice):
        message = f"{what} {uri} has {name} twice in one object: only the last one counts."
        findings.append(Finding("name_twice", message, warning=True))
    return document, findings


def _decoder(twice: list[str]) -> json.JSONDecoder:
    def as_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    twice.append(name)
                seen.add(name)
        return made

    return json.JSONDecoder(object_pairs_hook=as_dict, parse_constant=refuse_constant)


def refuse_constant(name: str) -> Any:
    """For `parse_constant`: Python takes NaN and Infinity, JSON does not know them."""
    raise ValueError(f"{name} is no JSON number")


def refuse_half_characters(text: str, value: object) -> None:
    """JSON can escape half a character ("\\ud83d"), which is no text that anybody can store.

    Raises ValueError.
    """
    if "\\ud" in text or "\\uD" in text:
        json.dumps(value, ensure_ascii=False).encode()


def is_whole(value: object) -> bool:
    """An integer; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and is_whole(value) and abs(value) < _LARGEST


def misspelt(name: str, there: Iterable[str]) -> str:
    """` Is it called … there?` with what is there in the place of a name, or nothing.

    Remembers: the same mistake is often made in every line of a manifest.
    """
    return _near(name, tuple(sorted(there)))


@lru_cache(maxsize=256)
def _near(name: str, there: tuple[str, ...]) -> str:
    return near(name, there).replace(" Did you mean ", " Is it called ").replace("?", " there?")


def bucket_of(uri: str) -> str:
    """Empty where the text is no S3 URI."""
    if not uri.startswith(_SCHEME):
        return ""
    return uri.removeprefix(_SCHEME).partition("/")[0]
