"""Worker templates of one's own."""

from __future__ import annotations

from labeling.modalities import modalities
from labeling.ui_templates import template
from tests.plan.batches import FIRST, SECOND
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("Worker templates")
AT = f"{FIRST}.uiTemplateS3Uri"


@faults.of("Custom", at=AT)
def no_template_named(scene: Scene) -> None:
    """a custom job that names no template"""
    del scene.first["uiTemplateS3Uri"]


@faults.of("VideoObjectTracking", at=AT)
def template_for_frames(scene: Scene) -> None:
    """a template for video frames, which have Ground Truth's own pages"""
    _use(scene, _built_in(scene, "ImageMultiClass"))


@faults.of("Custom", at=AT)
def no_template(scene: Scene) -> None:
    """a template that does not exist"""
    scene.remove("entities.html")


@faults.of("Custom", at=AT)
def empty_template(scene: Scene) -> None:
    """an empty template"""
    scene.write("entities.html", "\n")


@faults.of("ImageMultiClass", at=AT)
def no_form(scene: Scene) -> None:
    """a template without a form: workers could send nothing"""
    _use(scene, _built_in(scene, "ImageMultiClass").replace("crowd-form", "div"))


@faults.of("ImageMultiClass", at=AT)
def no_script(scene: Scene) -> None:
    """a template that does not load the crowd elements"""
    _use(scene, _built_in(scene, "ImageMultiClass").replace("crowd-html-elements.js", "my.js"))


@faults.of("ImageMultiClass", at=AT)
def no_task_input(scene: Scene) -> None:
    """a template that shows no picture"""
    _use(scene, _built_in(scene, "ImageMultiClass").replace("task.input", "task.object"))


@faults.of("ImageMultiClass", at=AT)
def open_braces(scene: Scene) -> None:
    """a template in which a variable is not closed"""
    _use(scene, _built_in(scene, "ImageMultiClass").replace("}}", "}", 1))


@faults.of("ImageMultiClass", at=AT)
def open_block(scene: Scene) -> None:
    """a template in which a condition is not closed"""
    _use(scene, _built_in(scene, "ImageMultiClass") + "{% if task.input.night %}At night.")


@faults.of("ImageMultiClass", at=AT)
def long_template(scene: Scene) -> None:
    """a template of more than 128,000 characters"""
    _use(scene, _built_in(scene, "ImageMultiClass") + "<!-- " + "x" * 128_000 + " -->")


@faults.of("ImageMultiClass", at=AT)
def template_in_another_bucket(scene: Scene) -> None:
    """a template in a bucket that the stack may not read"""
    scene.first["uiTemplateS3Uri"] = "s3://my-templates/classes.html"


@faults.of("BoundingBoxAudit", at=f"{SECOND}.uiTemplateS3Uri")
def audit_without_labels(scene: Scene) -> None:
    """an audit's template that shows no labels: workers would begin anew"""
    scene.second["uiTemplateS3Uri"] = scene.uri("mine.html")
    scene.write("mine.html", _built_in(scene, "BoundingBox"))


@faults.of("BoundingBox", at=AT)
def answers_of_another_type(scene: Scene) -> None:
    """a template that asks for classes, in a job for boxes"""
    _use(scene, _built_in(scene, "ImageMultiClass"))


def _built_in(scene: Scene, modality: str) -> str:
    """The template that the job would have without one of its own."""
    return template(modalities()[modality], title="Look", description="Look well")


def _use(scene: Scene, text: str) -> None:
    scene.write("mine.html", text)
    scene.first["uiTemplateS3Uri"] = scene.uri("mine.html")
