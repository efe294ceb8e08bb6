"""The worker templates that come with the project, one a task type, named as the task type is.

A template is filled twice. Here, once a job, with what the request says (`$title`,
`$description`, the audited label); by Ground Truth, once a task, with the object to label
(Liquid, `task.input`). What the request says is text: it is escaped for HTML, and its braces as
well, so that Liquid never takes it for its own.

What audits show of earlier labels is the same in several templates: a line `$boxes` in one of them
stands for all of boxes.liquid.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from textwrap import indent

from labeling.modalities import Modality

# Quotes would end the string that names the attribute, braces the Liquid tag around it.
_ATTRIBUTE = re.compile(r"[^\s'\"{}%<>&\\]+")
_PIECE = re.compile(r"^( *)\$([a-z]+)\n", re.MULTILINE)


def template(
    modality: Modality,
    *,
    title: str,
    description: str,
    audited_attribute: str | None = None,
    audited_labels: Sequence[str] = (),
) -> str:
    """The worker template of a job, for UiConfig.UiTemplateS3Uri.

    `audited_attribute` is the label attribute whose labels an audit or a verification shows,
    `audited_labels` the classes that it may use; a verification without them shows those that
    each line of the manifest names. Raises ValueError for types that have their own interface
    (UiConfig.HumanTaskUiArn) or need a template of the caller's, and for an audit that names no
    label attribute.
    """
    file = _file(f"{modality.task_type}.liquid.html")
    if not file.is_file():
        raise ValueError(f"{modality.name} has no worker template of ours")
    return Template(_with_pieces(file.read_text(encoding="utf-8"))).substitute(
        title=_text(title),
        description=_text(description),
        audited_attribute=_audited(modality, audited_attribute),
        audited_labels_are_known=str(bool(audited_labels)).lower(),
        audited_labels=_text(json.dumps(list(audited_labels), ensure_ascii=False)),
    )


def _file(name: str) -> Traversable:
    return files(__package__).joinpath(name)


def _with_pieces(text: str) -> str:
    def piece(found: re.Match[str]) -> str:
        return indent(_file(f"{found[2]}.liquid").read_text(encoding="utf-8"), found[1])

    return _PIECE.sub(piece, text)


def _audited(modality: Modality, attribute: str | None) -> str:
    if modality.audits is None:
        return ""
    if not attribute or not _ATTRIBUTE.fullmatch(attribute):
        raise ValueError(
            f"{modality.name} shows the labels of another label attribute, "
            f"and {attribute!r} cannot be the name of one"
        )
    return attribute


def _text(text: str) -> str:
    escaped = html.escape(text, quote=True)
    return escaped.replace("{", "&#123;").replace("}", "&#125;")
