"""Jobs about pictures in the small world around the twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from emulator.workers import Accuracy, Answers, LabelScript
from labeling.modalities import modalities
from labeling.ui_templates import template
from tests.emulator.ground_truth_world import World, picture

SIZE = (64, 48)
NAMES = {
    "AdjustmentBoundingBox": "BoundingBoxAudit",
    "VerificationBoundingBox": "BoundingBoxVerification",
    "AdjustmentSemanticSegmentation": "SemanticSegmentationAudit",
    "VerificationSemanticSegmentation": "SemanticSegmentationVerification",
}


def pictures(world: World, count: int = 1, *, size: tuple[int, int] = SIZE) -> str:
    """A manifest of so many pictures, `0.jpg` and so on."""
    for number in range(count):
        world.objects.bodies[f"s3://in/{number}.jpg"] = picture(*size)
    return world.manifest([{"source-ref": f"s3://in/{number}.jpg"} for number in range(count)])


def png_picture(mode: str, size: tuple[int, int] = SIZE) -> bytes:
    """An empty picture with the channels of `mode`."""
    body = BytesIO()
    Image.new(mode, size).save(body, "PNG")
    return body.getvalue()


def image_request(
    world: World,
    name: str,
    task_type: str,
    labels: Sequence[str] = ("Cat", "Dog"),
    *,
    audits: str | None = None,
    workers: int = 1,
    **more: Any,
) -> dict[str, Any]:
    """A request with the template that the application itself would use."""
    modality = modalities()[NAMES.get(task_type, task_type)]
    html = template(modality, title="Label", description="Animals", audited_attribute=audits)
    uri = world.objects.put(f"s3://in/templates/{name}.html", html)
    return world.request(
        name,
        task_type,
        categories=world.categories(*labels),
        UiConfig={"UiTemplateS3Uri": uri},
        NumberOfHumanWorkersPerDataObject=workers,
        **more,
    )


def have_done(
    world: World,
    request: Mapping[str, Any],
    *,
    script: Mapping[str, Any] | None = None,
    accuracy: float = 1.0,
) -> list[Any]:
    """Have a job answered; `script` is what to say by the name of a picture. Returns the lines of
    its output manifest."""
    world.twin.create_labeling_job(request)
    world.advance()
    answers = Answers(
        objects=world.objects,
        script=LabelScript.from_jobs({"*": {"objects": script or {}}}),
        accuracy=Accuracy(accuracy, accuracy),
    )
    world.workers(answers=answers).work()
    world.advance()
    return world.output(request["LabelingJobName"])


def responses(world: World, name: str, index: int = 0) -> list[Any]:
    """The answers in a worker response."""
    folder = f"s3://out/jobs/{name}/annotations/worker-response/iteration-1/{index}/"
    (uri,) = [uri for uri in world.objects.under(folder) if uri.endswith(".json")]
    answers: list[Any] = world.objects.json(uri)["answers"]
    return answers


def form(document: Any) -> Any:
    """The members and types of a JSON document; of a list, those of its first item."""
    if isinstance(document, dict):
        return {key: form(value) for key, value in document.items()}
    if isinstance(document, list):
        return [form(document[0])] if document else []
    if isinstance(document, int | float) and not isinstance(document, bool):
        return "number"
    return type(document).__name__
