"""The worker templates that come with the project, one a task type, named as the task type is.

A template is filled twice. Here, once a job, with what the request says (`$title`,
`$description`, the audited label); by Ground Truth, once a task, with the object to label
(Liquid, `task.input`). What the request says is text: it is escaped for HTML, and its braces as
well, so that Liquid never takes it for its own.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

from labeling.modalities import Modality

# Quotes would end the string that names the attribute, braces the Liquid tag around it.
_ATTRIBUTE = re.compile(r"[^\s'\"{}%<>&\\]+")


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
    file = _file(modality.task_type)
    if not file.is_file():
        raise ValueError(f"{modality.name} has no worker template of ours")
    return Template(file.read_text(encoding="utf-8")).substitute(
        title=_text(title),
        description=_text(description),
        audited_attribute=_audited(modality, audited_attribute),
        audited_labels_are_known=str(bool(audited_labels)).lower(),
        audited_labels=_text(json.dumps(list(audited_labels), ensure_ascii=False)),
    )


def has_template(modality: Modality) -> bool:
    """Whether `template` has one for this modality."""
    return _file(modality.task_type).is_file()


def _file(task_type: str) -> Traversable:
    return files(__package__).joinpath(f"{task_type}.liquid.html")


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
