from __future__ import annotations

from pathlib import Path

import pytest

from labeling.errors import Problem
from labeling.modalities import modalities
from labeling.plan import templates
from labeling.ui_templates import template
from tests.unit.plan.inputs import LOC, errors, objects, warnings

URI = "s3://in/task.html"
OF_THE_PROJECT = [
    name for name, one in modalities().items() if one.has_template and one.family != "custom"
]
TEMPLATES = Path(__file__).parents[3] / "examples" / "templates"
SCRIPT = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>'
GOOD = f"""{SCRIPT}
<crowd-form>
  <crowd-bounding-box name="boundingBox" header="Draw"
    src="{{{{ task.input.taskObject | grant_read_access }}}}"
    labels="{{{{ task.input.labels | to_json | escape }}}}">
  </crowd-bounding-box>
</crowd-form>
"""


def of(
    text: str,
    modality: str = "BoundingBox",
    *,
    audited: str | None = None,
    earlier: tuple[str, ...] = (),
    own_consolidation: bool = False,
) -> list[Problem]:
    there = objects()
    there.write(URI, text)
    return list(
        templates.problems(
            templates.look(URI, objects=there),
            modality=modalities()[modality],
            loc=LOC,
            audited_attribute=audited,
            earlier_attributes=earlier,
            own_consolidation=own_consolidation,
        )
    )


@pytest.mark.parametrize("name", OF_THE_PROJECT)
def test_templates_of_the_project_are_in_order(name: str) -> None:
    modality = modalities()[name]
    audited = "boxes-1" if modality.audits else None
    text = template(modality, title="T", description="D", audited_attribute=audited)

    assert of(text, name, audited=audited) == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_templates_to_start_from_are_in_order(path: Path) -> None:
    assert of(path.read_text(), "Custom") == []


def test_a_form_of_ones_own_will_do():
    text = "<form><p>{{ task.input.text }}</p><input name='answer'><button>Send</button></form>"

    assert of(text, "Custom") == []


def test_a_form_may_be_made_by_a_script():
    text = (
        f"{SCRIPT}<div id='root' data-task='{{{{ task.input | to_json | escape }}}}'></div>"
        "<script>root.append(document.createElement('crowd-form'))</script>"
    )

    assert errors(of(text, "Custom")) == {}
    assert warnings(of(text, "Custom")).keys() == {"template_without_form"}


def test_a_template_that_is_not_there_cannot_be_read():
    facts = templates.look(URI, objects=objects())

    assert errors(templates.problems(facts, modality=modalities()["Custom"], loc=LOC)).keys() == {
        "unreadable"
    }


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", {"template_empty"}),
        ("<p>{{ task.input.taskObject }}</p>", {"template_without_form"}),
        (GOOD.replace("crowd-form", "div"), {"template_without_form"}),
        (f"{SCRIPT}<!-- {GOOD} -->", {"template_without_form", "template_without_input"}),
        (GOOD.replace(SCRIPT, ""), {"template_without_script"}),
        (GOOD.replace("task.input", "input"), {"template_without_input"}),
        (GOOD.replace("escape }}", "escape }"), {"template_liquid"}),
        (GOOD + "{% if task.input.a %}", {"template_liquid"}),
        (GOOD + "{% for a in b %}{% endif %}", {"template_liquid"}),
        (GOOD + " " * 128_000, {"template_too_long"}),
    ],
)
def test_a_template_that_workers_could_not_use(text: str, kinds: set[str]) -> None:
    assert errors(of(text)).keys() == kinds


def test_blocks_of_liquid_may_be_nested_and_text_may_look_like_them():
    nested = "{%- for a in b -%}{% if a %}{% else %}{% endif %}{% endfor %}"
    text = "{% raw %}{% if %}{{{% endraw %}<!-- {% for %} -->"

    assert of(f"{GOOD}{nested}{text}") == []


def test_what_may_be_meant_so_is_a_warning():
    found = warnings(of(GOOD.replace("crowd-bounding-box", "crowd-bounding-bos")))
    closed = warnings(of(GOOD.replace(" | grant_read_access", "")))

    assert "Did you mean crowd-bounding-box" in found["template_element"]
    assert "ACS-BoundingBox" in found["template_answer"]
    assert "template_without_access" in closed


def test_answers_for_a_function_of_ones_own_may_be_of_any_element():
    text = GOOD.replace("crowd-bounding-box", "crowd-polygon")

    assert "has <crowd-polygon> instead" in errors(of(text))["template_answer"]
    assert of(text, own_consolidation=True) == []


def test_classes_may_be_chosen_with_either_element_for_them():
    text = GOOD.replace("crowd-bounding-box", "crowd-classifier")

    assert of(text, "ImageMultiClass") == []
    assert of(text, "BoundingBoxVerification") == []
    assert errors(of(text, "ImageMultiClassMultiLabel")).keys() == {"template_answer"}


def test_an_audit_shows_the_label_that_it_audits():
    shown = GOOD.replace(
        "labels=", "initial-value='{{ task.input.manifestLine.boxes | to_json }}' labels="
    )
    mentioned = GOOD.replace("Draw", "{{ task.input.manifestLine.boxes }}")

    assert of(shown, "BoundingBoxAudit", audited="boxes") == []
    assert (
        "never mentions boxes"
        in errors(of(GOOD, "BoundingBoxAudit", audited="boxes"))["template_without_label"]
    )
    assert "template_without_initial_value" in warnings(
        of(mentioned, "BoundingBoxAudit", audited="boxes")
    )


def test_a_custom_job_in_a_chain_shows_a_label_of_the_chain():
    text = (TEMPLATES / "audit_entities.liquid.html").read_text()
    adapted = text.replace('audited = "entities"', 'audited = "letters-entities"')

    found = of(text, "Custom", earlier=("letters-entities",))

    assert errors(found) == {}
    assert (
        "never mentions letters-entities, so workers will not see earlier labels"
        in warnings(found)["template_without_earlier_label"]
    )
    assert of(adapted, "Custom", earlier=("letters-entities",)) == []
    assert of(adapted, "Custom", earlier=("other", "letters-entities")) == []


def test_a_label_that_is_named_in_a_comment_only_is_not_shown():
    text = "<form>{{ task.input.text }}<!-- mood --><button>Send</button></form>"

    assert warnings(of(text, "Custom", earlier=("mood",))).keys() == {
        "template_without_earlier_label"
    }
