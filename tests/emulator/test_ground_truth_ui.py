"""Worker templates are rendered as the service renders them, and refused for what breaks them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.ground_truth import ui, ui_rules
from tests.unit.html_page import parsed

SCRIPT = f'<script src="{ui_rules.SCRIPT}"></script>'
CLASSIFIER = (
    '<crowd-classifier name="a" header="h" categories="{{ task.input.labels | to_json | escape }}">'
    "<classification-target>{{ task.input.taskObject }}</classification-target>"
    "</crowd-classifier>"
)
SOUND = f"{SCRIPT}<crowd-form>{CLASSIFIER}</crowd-form>"


@pytest.mark.parametrize(
    ("liquid", "html"),
    [
        # the examples of the page "Adding automation with Liquid"
        ("{{ task.input.book }}", "James &amp; the Giant Peach&#39;s"),
        ("{{ task.input.book | escape }}", "James &amp; the Giant Peach&#39;s"),
        ("{{ task.input.book | skip_autoescape }}", "James & the Giant Peach's"),
        ('{{ "&amp;" | escape_once }}', "&amp;"),
        ("{{ task.input.s3 | grant_read_access }}", "https://b.s3.amazonaws.com/my%20photo.png"),
        ("{{ task.input.s3 | s3_presign }}", "https://b.s3.amazonaws.com/my%20photo.png"),
        ("{{ task.input.point | to_json | skip_autoescape }}", '{"x": 59}'),
        ("{{ task.input.nothing }}", ""),
        ("{{ task.input.nothing | to_json }}", "null"),
        # hyphens in names, and pairs of a mapping, as in the templates of the developer guide
        ("{{ task.input.my-label-metadata.class-map['0'] }}", "cat"),
        ("{% for c in task.input.my-label-metadata.class-map %}{{ c[1] }}{% endfor %}", "cat"),
    ],
)
def test_a_template_renders_as_the_developer_guide_says(liquid: str, html: str) -> None:
    task_input = {
        "book": "James & the Giant Peach's",
        "s3": "s3://b/my photo.png",
        "point": {"x": 59},
        "my-label-metadata": {"class-map": {"0": "cat"}},
    }

    assert ui.render(liquid, task_input) == html


def test_whoever_renders_decides_how_objects_become_readable() -> None:
    liquid = '<img src="{{ task.input.taskObject | grant_read_access }}">'

    html = ui.render(
        liquid, {"taskObject": "s3://b/k.png"}, grant=lambda uri: f"/objects?uri={uri}&token=1"
    )

    assert parsed(html).the("img").attributes["src"] == "/objects?uri=s3://b/k.png&token=1"


def test_an_address_that_is_not_in_s3_stays_as_it_is() -> None:
    assert ui.https_url("https://example.com/a b") == "https://example.com/a b"


@pytest.mark.parametrize("liquid", ["{% if x %}", "a\n{% nope %}", "{{ task.input.a | nope }}"])
def test_what_is_no_liquid_is_not_rendered(liquid: str) -> None:
    with pytest.raises(ui.TemplateUnusable):
        ui.render(liquid, {})


def test_a_sound_template_has_no_problem() -> None:
    assert ui_rules.problems(SOUND) == []
    assert ui_rules.problems(SOUND, task_type="TextMultiClass") == []


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("", "1 to 128000 are allowed"),
        (SOUND + " " * ui_rules.MAX_TEMPLATE, "1 to 128000 are allowed"),
        (SOUND + "\n{% nope %}", "line 2: unexpected tag 'nope'"),
        (SOUND + "{% if a %}", "no Liquid"),
        (SOUND + "{{ task.input.a | shout }}", "no filter shout"),
        (SOUND + "{{ manifestLine.a }}", "The variable manifestLine.a has no value"),
        (SOUND.replace(SCRIPT, ""), "The crowd elements are not loaded"),
        (f"{SCRIPT}{CLASSIFIER}", "this template has 0"),
        (f"{SOUND}<crowd-form></crowd-form>", "this template has 2"),
        (SOUND.replace('name="a"', ""), "<crowd-classifier> needs the attribute name"),
        (SOUND.replace(CLASSIFIER, "<crowd-entity-annotation>"), "leave out <crowd-form>"),
    ],
)
def test_a_broken_template_is_told_what_is_wrong(template: str, problem: str) -> None:
    assert any(problem in found for found in ui_rules.problems(template))


def test_a_built_in_type_takes_answers_of_its_own_element_only() -> None:
    [problem] = ui_rules.problems(SOUND, task_type="BoundingBox")

    assert "<crowd-bounding-box>" in problem


def test_a_built_in_function_hands_over_nothing_else() -> None:
    template = SOUND + "{{ task.input.source }}"

    [problem] = ui_rules.problems(template, task_type="TextMultiClass")
    assert "task.input.source has no value" in problem
    assert ui_rules.problems(template) == []


def test_every_widget_that_takes_answers_of_a_type_is_known() -> None:
    assert set(ui_rules.ELEMENTS.values()) <= set(ui_rules.REQUIRED)


# Real Ground Truth output of named entity recognition: aws-samples/
# amazon-sagemaker-groundtruth-and-amazon-comprehend-ner-examples, MIT-0.
ENTITIES: dict[str, Any] = {
    "source": "Thank you, Prime members, for making this #PrimeDay the largest shopping event!",
    "entities": {
        "annotations": {
            "entities": [
                {"endOffset": 16, "startOffset": 11, "label": "Brand"},
                {"endOffset": 51, "startOffset": 42, "label": "Internet"},
            ],
            "labels": [
                {"shortDisplayName": "BRD", "label": "Brand"},
                {"shortDisplayName": "INT", "label": "Internet"},
            ],
        }
    },
}
EXAMPLES = Path(__file__).parents[2] / "examples" / "templates"


def _example(name: str) -> str:
    return (EXAMPLES / f"{name}.liquid.html").read_text()


def _task_inputs(line: dict[str, Any]) -> list[dict[str, Any]]:
    """The line as a custom job's task gets it, and as a built-in function hands it over."""
    return [line, {"manifestLine": line}]


@pytest.mark.parametrize("task_input", _task_inputs(ENTITIES), ids=["line", "manifestLine"])
def test_the_example_for_entities_starts_from_the_earlier_ones(task_input: dict[str, Any]) -> None:
    page = parsed(ui.render(_example("audit_entities"), task_input))

    widget = page.the("crowd-entity-annotation").attributes
    annotations = ENTITIES["entities"]["annotations"]
    assert widget["text"] == ENTITIES["source"]
    assert json.loads(widget["labels"]) == annotations["labels"]
    assert json.loads(widget["initial-value"]) == annotations["entities"]
    assert "crowd-form" not in page.names


@pytest.mark.parametrize(
    ("metadata", "shown"),
    [
        ({"class-name": "positive"}, "positive"),
        ({"class-map": {"0": "positive", "2": "a & b"}}, "positive, a & b"),
    ],
)
def test_the_example_for_classes_shows_the_earlier_ones(
    metadata: dict[str, Any], shown: str
) -> None:
    line = {"source": "The food was <b>good</b>", "mood": 1, "mood-metadata": metadata}

    for task_input in _task_inputs(line):
        page = parsed(ui.render(_example("audit_classes"), task_input))

        widget = page.the("crowd-classifier").attributes
        assert json.loads(widget["categories"]) == ["positive", "negative", "neutral"]
        assert page.the("strong").text == shown
        assert page.the("blockquote").text == line["source"]


@pytest.mark.parametrize("name", ["audit_entities", "audit_classes"])
def test_the_examples_have_no_problem(name: str) -> None:
    assert ui_rules.problems(_example(name)) == []
