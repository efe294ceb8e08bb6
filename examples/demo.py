"""The whole workflow on this machine: templates deployed, a real clip labeled and audited.

`python -m examples.demo` synthesizes and deploys the stack to a local cloud, sends the driving
clip's batch through the signed API, lets scripted workers label it (a hasty version first, a good
one in the audit), and writes what came of it to `out/demo/`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import rmtree
from time import perf_counter
from typing import Any
from uuid import uuid4

from rich.console import Console

import smgt
from emulator.cloud import LocalCloud
from emulator.inbox import Mail
from examples.driving.answers import script
from examples.driving.batch import request, upload
from examples.driving.labels import FRAMES
from smgt.drawing import Layer, contact_sheet
from stacks.synthesized import assembly

OUT = Path("out/demo")
SUBSCRIBER = "labeling-team@example.com"


class Timings:
    """How long each step took, in seconds, printed as they pass."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._start = self._last = perf_counter()
        self.seconds: dict[str, float] = {}

    def passed(self, step: str, told: str) -> None:
        now = perf_counter()
        self.seconds[step] = round(now - self._last, 2)
        self._last = now
        said = f"[green]✓[/] {told} [dim]{self.seconds[step]:.1f} s[/]"
        self._console.print(said, highlight=False, soft_wrap=True)

    @property
    def total(self) -> float:
        return round(perf_counter() - self._start, 2)


def main(out: Path = OUT) -> int:
    """Run it; 0 if the batch is COMPLETE."""
    console = Console()
    timings = Timings(console)
    rmtree(out / "outputs", ignore_errors=True)
    templates = assembly()
    timings.passed("synth", "The CDK app is synthesized")

    with LocalCloud(workers="scripted", script=script()) as cloud:
        cloud.deploy_app(templates, {"NotificationEmail": SUBSCRIBER})
        timings.passed("deploy", f"Its templates are deployed: {cloud.endpoints.api_url}")

        cloud.endpoints.write(out / "endpoints.json")
        with smgt.Client.local(out / "endpoints.json") as client:
            response, batch = run_batch(client, console, timings)
            cloud.settle()
            timings.passed("batch", f"The batch is {batch.status}")

            outputs = client.download(batch.id, out / "outputs")
            picture = draw(outputs, out / "overlay.png") if outputs else None
            timings.passed("results", "Its labels are downloaded and drawn")

            mail = the_end_of(batch.id, cloud.inbox.mails(SUBSCRIBER))
            result = {
                "createResponse": response,
                "batch": client.show(batch.id).raw,
                "notification": mail.json(),
                "executionHistory": states(cloud, mail),
                "timings": {**timings.seconds, "total": timings.total},
            }
    (out / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    summarize(console, batch, outputs, picture, mail, out, timings.total)
    return 0 if batch.status == "COMPLETE" else 1


def run_batch(client: smgt.Client, console: Console, timings: Timings) -> tuple[str, smgt.Batch]:
    """Send the clip's batch and follow it to its end; the API's answer, and the batch."""
    inputs = upload(client)
    timings.passed("upload", f"The clip is uploaded: {inputs}")
    asked = request(f"driving-{uuid4().hex[:6]}", inputs)
    response = client.request("POST", "/batch/create", body=asked).text
    console.print(f"  {response}", style="bold", highlight=False)
    states = client.watch(asked["batchId"], interval=0.1, longest=0.5)
    return response, smgt.follow(states, console)


def the_end_of(batch_id: str, mails: list[Mail]) -> Mail:
    """The message of the batch's end; those before it say which level begins."""
    return next(
        mail
        for mail in reversed(mails)
        if mail.json()["batchId"] == batch_id and mail.json()["status"] in ("SUCCESS", "FAILED")
    )


def states(cloud: LocalCloud, mail: Mail) -> list[str]:
    """The names of the states that the execution entered, in order; a Choice does nothing but
    point the way, and is left out."""
    history = cloud.client("stepfunctions").get_paginator("get_execution_history")
    return [
        event["stateEnteredEventDetails"]["name"]
        for page in history.paginate(executionArn=mail.json()["token"])
        for event in page["events"]
        if event["type"].endswith("StateEntered") and event["type"] != "ChoiceStateEntered"
    ]


def draw(outputs: list[smgt.Output], path: Path) -> Path:
    """The final labels on the frames, those of level 1 dashed below them."""
    layers: dict[bool, list[Any]] = {False: [], True: []}
    for output in outputs:
        layers[output.job.endswith("-audit")].extend(output.labels)
    sheet = contact_sheet(
        FRAMES,
        [
            Layer(name="first labels", labels=layers[False]),
            Layer(name="audit", labels=layers[True]),
        ],
        title="Vehicles and lanes, labeled and audited",
    )
    sheet.save(path)
    return path


def summarize(
    console: Console,
    batch: smgt.Batch,
    outputs: list[smgt.Output],
    picture: Path | None,
    mail: Mail,
    out: Path,
    seconds: float,
) -> None:
    console.print()
    console.print(f"[bold]{batch.id}[/] is [bold]{batch.status}[/] after {seconds:.0f} s.")
    console.print(f'{mail.to} received "{mail.subject}".\n', highlight=False)
    for what, path in {
        "answers, notification, states, timings": out / "result.json",
        "output manifests and labels": out / "outputs" if outputs else None,
        "labels drawn on the frames": picture,
    }.items():
        if path:
            console.print(f"  {what:40}{path}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
