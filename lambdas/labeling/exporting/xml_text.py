"""XML, written as it goes along."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

# What XML 1.0 has no way to say; labels that people typed may contain it.
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def element(name: str, text: str | int, inside: str = "") -> str:
    """An element that holds nothing but a text; `inside` are its attributes, if any."""
    return f"<{name}{inside}>{escape(possible(str(text)))}</{name}>"


def attributes(**values: str | int) -> str:
    """Attributes with a space before each."""
    return "".join(f" {name}={quoteattr(possible(str(value)))}" for name, value in values.items())


def possible(text: str) -> str:
    """The text, with a replacement for each character that XML has no way to write."""
    return _IMPOSSIBLE.sub("\ufffd", text)
