"""Keeps a local cloud running, with the workflow deployed, for other programs to use."""

from __future__ import annotations

import errno
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from emulator.cloud import LocalCloud, Workers
from emulator.gateway.server import HOST
from emulator.inbox import Inbox
from emulator.only_one import RunsAlready, only_one
from emulator.workers import LabelScript

PEOPLE = 5  # in each team: as many as answer for one object where several do
ROOT = Path(__file__).resolve().parents[1]
OUT = Path("out/local")
SUBSCRIBER = "labeling-team@example.com"
GLANCE = 1.0
"""Seconds between two looks into the inbox."""


class CannotStart(Exception):
    """Why not, and what to do about it."""


def up(
    *,
    workers: Workers = "scripted",
    port: int = 0,
    api_port: int = 0,
    labels: Path | None = None,
    seconds_per_object: float | None = None,
    out: Path = OUT,
    console: Console | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Run until `stop` is set, or until Ctrl-C or SIGTERM if none is given.

    Args:
        workers: `scripted` people answer every task; with `none` nobody does.
        port: of the AWS services; 0 is any free one.
        api_port: of the API; if 0, the one after `port`.
        labels: a folder with the scripted workers' answers (`script.json` and label files);
            those of the example's clip if not given. What they do not fit is drawn.
        seconds_per_object: how long a scripted person takes for one; a fifth of a second if not
            given.
        out: where `endpoints.json` is written; it is removed at the end.

    Raises:
        CannotStart: with what to do about it; also while another one runs for `out`.
    """
    console = console or Console(stderr=True)
    script = _script(labels)
    with _alone(out):
        with _step(console, "Synthesizing the templates", "Templates are synthesized"):
            templates = _templates()
        cloud = LocalCloud(
            workers=workers,
            script=script,
            port=port,
            api_port=api_port or (port and port + 1),
            seconds_per_object=seconds_per_object,
            throttle=True,
            people_per_team=PEOPLE,
        )
        with _stopped_by_signals(stop) as stopping:
            with _step(console, "Starting", "AWS services, Ground Truth and API are running"):
                _start(cloud, port, api_port)
            try:
                with _step(console, "Deploying", "The workflow is deployed"):
                    cloud.deploy_app(templates, {"NotificationEmail": SUBSCRIBER})
                cloud.endpoints.write(out / "endpoints.json")
                _tell(cloud, console, out, people(workers, seconds_per_object))
                _show_mail_until(stopping, cloud.inbox, console)
            finally:
                (out / "endpoints.json").unlink(missing_ok=True)
                cloud.stop()
    console.print("The local cloud has stopped; nothing of it is left.")


def exports(cloud: LocalCloud) -> list[str]:
    """Lines for a shell, after which any AWS program and `smgt` use this cloud."""
    variables = {**cloud.endpoints.environment(), "SMGT_API_URL": cloud.endpoints.api_url}
    return [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]


def _templates() -> Path:
    """The folder of the app's templates. Another process makes them, so that none of the CDK's
    runtime stays in this one."""
    made = subprocess.run(
        [sys.executable, "-c", "from stacks.synthesized import assembly; print(assembly())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise CannotStart(f"The CDK app cannot be synthesized:\n{made.stderr.strip()}")
    return Path(made.stdout.strip().splitlines()[-1])


def _script(labels: Path | None) -> LabelScript:
    if labels is None:
        from examples.driving.answers import script

        return script()
    try:
        return LabelScript.from_directory(labels)
    except (OSError, ValueError, KeyError) as error:
        raise CannotStart(f"The answers in {labels} cannot be read: {error!r}") from error


def _start(cloud: LocalCloud, port: int, api_port: int) -> None:
    try:
        cloud.start()
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        wanted = [number for number in (port, api_port or (port and port + 1)) if number]
        taken = [str(number) for number in wanted if not _is_free(number)]
        raise CannotStart(
            f"Port {' and port '.join(taken) or port} cannot be used: another program, perhaps "
            "another local cloud, listens there. Stop that one, choose another --port, or leave "
            "--port out to get a free one."
        ) from error


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


def people(workers: Workers, seconds_per_object: float | None) -> str:
    """Who works, and at what pace if that was chosen."""
    if workers == "none":
        return "Nobody works in the teams: tasks stay open."
    each = f", an object in {seconds_per_object:g} s" if seconds_per_object is not None else ""
    return f"Scripted workers answer every task{each}."


def _tell(cloud: LocalCloud, console: Console, out: Path, who: str) -> None:
    """The lines to export go to standard output, alone: `eval` can read them."""
    endpoints = cloud.endpoints
    lines = [
        "",
        f"API           {endpoints.api_url}",
        f"AWS services  {endpoints.aws_endpoint_url}",
        f"E-mails       of {SUBSCRIBER} are shown here",
        f"Written to    {out / 'endpoints.json'}, for `smgt --local …` and other programs",
        "",
        f"{who} Ctrl-C stops the local cloud. For other shells:",
        "",
    ]
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
    print("\n".join(exports(cloud)), flush=True)


def _show_mail_until(stopping: threading.Event, inbox: Inbox, console: Console) -> None:
    shown = 0
    while not stopping.wait(GLANCE):
        for mail in inbox.mails(SUBSCRIBER)[shown:]:
            console.print(f"✉ {mail.subject}", highlight=False, markup=False)
            shown += 1


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    try:
        with only_one(out):
            # left by one that was killed: nobody is to be led there while this one starts
            (out / "endpoints.json").unlink(missing_ok=True)
            yield
    except RunsAlready as error:
        raise CannotStart(
            f"A local cloud runs for {out} already: {error}. Use it (`smgt --local …`), stop it "
            "with Ctrl-C where it runs, or start this one in another folder."
        ) from error


@contextmanager
def _step(console: Console, doing: str, done: str) -> Iterator[None]:
    started = time.perf_counter()
    with console.status(f"{doing} …"):
        yield
    console.print(f"✓ {done} ({time.perf_counter() - started:.1f} s)", highlight=False)


@contextmanager
def _stopped_by_signals(given: threading.Event | None) -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, unless somebody else brings one."""
    if given is not None:
        yield given
        return
    event = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: event.set()) for number in numbers]
    try:
        yield event
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
