"""Worker templates: Liquid in, the HTML that a worker's browser gets out.

The filters are those of the page "Adding automation with Liquid". As there, whatever is put out
is escaped for HTML unless the template asks otherwise; a variable without a value is nothing.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from liquid import BoundTemplate, Environment, Undefined
from liquid.exceptions import LiquidError
from markupsafe import Markup

Grant = Callable[[str], str]


class TemplateUnusable(Exception):
    """A template that cannot be rendered: what is wrong, and where."""


def https_url(s3_uri: str) -> str:
    """Where an object lies for whoever may read it; other addresses stay as they are."""
    scheme, _, place = s3_uri.partition("://")
    if scheme != "s3":
        return s3_uri
    bucket, _, key = place.partition("/")
    return f"https://{bucket}.s3.amazonaws.com/{quote(key)}"


def render(template: str, task_input: Mapping[str, Any], *, grant: Grant = https_url) -> str:
    """The HTML of a task.

    `task_input` is what the pre-annotation function answered (`taskInput`), the template's
    `task.input`; `grant` makes a URL that a browser can open of an S3 URI. Raises
    `TemplateUnusable`.
    """
    try:
        return compiled(template, grant=grant).render(task={"input": task_input})
    except LiquidError as error:
        raise TemplateUnusable(sentence(error)) from error


def compiled(template: str, *, grant: Grant = https_url) -> BoundTemplate:
    """The template, ready to render. Raises `LiquidError`."""
    environment = Environment(autoescape=True)
    environment.add_filter("to_json", _to_json)
    environment.add_filter("skip_autoescape", lambda value: Markup(str(value)))
    for name in ("grant_read_access", "s3_presign"):
        environment.add_filter(name, lambda uri: grant(str(uri)))
    return environment.from_string(template)


def sentence(error: LiquidError) -> str:
    """What Liquid found wrong, with the line where it is known."""
    context = error.context()
    place = f"line {context[0]}: " if context else ""
    return f"{place}{error.args[0]}"


def _to_json(value: Any) -> str:
    return json.dumps(None if isinstance(value, Undefined) else value, ensure_ascii=False)
