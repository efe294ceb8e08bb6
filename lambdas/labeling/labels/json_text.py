"""JSON as it is found in files of labels, without the characters that nobody sees."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from labeling.labels.errors import LabelsUnreadable

# Zero width space, non-joiner, joiner, word joiner and byte order mark: they come with what is
# copied from web pages, and hide in the names of members.
_UNSEEN = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_UNSEEN_TEXT = [chr(code) for code in _UNSEEN]
_ESCAPED = [f"\\u{code:04x}" for code in _UNSEEN]


def read_json(document: str | bytes | Mapping[str, Any] | Sequence[Any]) -> Any:
    """The parsed document; raises `LabelsUnreadable`. What is parsed already is only cleaned."""
    try:
        if not isinstance(document, str | bytes):
            return _seen(document)
        text = document if isinstance(document, str) else document.decode("utf-8-sig")
        if _has_unseen(text):
            return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_seen_names)
        return json.loads(text)
    except UnicodeDecodeError as error:
        raise LabelsUnreadable(f"it is not UTF-8 ({error})") from error
    except ValueError as error:
        raise LabelsUnreadable(f"it is not JSON ({error})") from error
    except RecursionError as error:
        raise LabelsUnreadable("it is nested too deeply") from error


def _has_unseen(text: str) -> bool:
    if not text.isascii():
        return any(unseen in text for unseen in _UNSEEN_TEXT) or _has_escaped(text)
    return _has_escaped(text)


def _has_escaped(text: str) -> bool:
    # Most files have no escapes at all, so this looks at them once.
    return "\\u" in text and any(escaped in text.lower() for escaped in _ESCAPED)


def _seen_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name.translate(_UNSEEN): value for name, value in pairs}


def _seen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name).translate(_UNSEEN): _seen(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_seen(item) for item in value]
    return value
