"""`smgt local up` as its users see it: another process, a few lines, a file."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.only_one import only_one
from emulator.up import CannotStart, people, up
from tests.emulator.functions import until

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "from smgt.cli import main; raise SystemExit(main())"


class Running:
    """The command, in a folder of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.file = folder / "out/local/endpoints.json"
        self._out, self._err = folder / "stdout", folder / "stderr"
        with self._out.open("w") as out, self._err.open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-c", COMMAND, "local", "up", *options],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'lambdas'}"},
                stdout=out,
                stderr=err,
            )

    @property
    def said(self) -> str:
        return self._err.read_text()

    @property
    def exports(self) -> dict[str, str]:
        lines = [shlex.split(line) for line in self._out.read_text().splitlines()]
        assert all(words[0] == "export" and len(words) == 2 for words in lines)
        return dict(words[1].split("=", 1) for words in lines)

    def wait(self) -> None:
        for _ in range(9):
            assert self.process.poll() is None, self.said
            try:
                until(lambda: "SMGT_API_URL" in self._out.read_text(), "the start")
            except AssertionError:
                continue
            return
        raise AssertionError(self.said)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path, "--workers", "scripted", "--pace", "1.5m")
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.process.wait()


def test_other_programs_use_it_until_it_is_told_to_stop(running: Running) -> None:
    running.wait()
    written = json.loads(running.file.read_text())

    assert written == {
        "apiUrl": running.exports["SMGT_API_URL"],
        "awsEndpointUrl": running.exports["AWS_ENDPOINT_URL"],
        "region": running.exports["AWS_REGION"],
        "accountId": "123456789012",
        "accessKeyId": running.exports["AWS_ACCESS_KEY_ID"],
        "secretAccessKey": running.exports["AWS_SECRET_ACCESS_KEY"],
    }
    assert written["apiUrl"] in running.said
    assert "Scripted workers answer every task, an object in 90 s." in running.said

    answer = get(f"{written['apiUrl']}/batch/show", written)
    assert answer.json()["IN_PROGRESS"] == []

    [topic] = client("sns", written).list_topics()["Topics"]
    client("sns", written).publish(TopicArn=topic["TopicArn"], Subject="It is done", Message="{}")
    until(lambda: "✉ It is done" in running.said, "the e-mail")

    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(20) == 0
    assert "nothing of it is left" in running.said
    assert not running.file.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(written["awsEndpointUrl"])


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotStart, match=f"^Port {port} cannot be used: .* another --port"):
            up(port=port, out=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_people_are_told_who_works_and_how_fast() -> None:
    assert people("none", None) == "Nobody works in the teams: tasks stay open."
    assert people("scripted", None) == "Scripted workers answer every task."
    assert people("scripted", 0.5) == "Scripted workers answer every task, an object in 0.5 s."


def test_a_second_one_in_a_folder_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    written = tmp_path / "endpoints.json"
    written.write_text('{"apiUrl": "http://127.0.0.1:4000/prod"}')

    with (
        only_one(tmp_path),
        pytest.raises(CannotStart, match=r"API is http://127.0.0.1:4000/prod.* another folder"),
    ):
        up(out=tmp_path)
    assert written.exists()


def test_a_second_one_is_told_when_the_first_one_is_still_starting(tmp_path: Path) -> None:
    with only_one(tmp_path / "a"), pytest.raises(CannotStart, match="is still starting"):
        up(out=tmp_path / "a")
    with only_one(tmp_path / "a"), only_one(tmp_path / "b"):
        pass


def test_answers_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "script.json").write_text("{}")

    with pytest.raises(CannotStart, match=f"The answers in {tmp_path} cannot be read"):
        up(labels=tmp_path, out=tmp_path)


def client(service: str, endpoints: dict[str, str]) -> Any:
    session: Any = boto3.Session(
        aws_access_key_id=endpoints["accessKeyId"],
        aws_secret_access_key=endpoints["secretAccessKey"],
        region_name=endpoints["region"],
    )
    return session.client(service, endpoint_url=endpoints["awsEndpointUrl"])


def get(url: str, endpoints: dict[str, str]) -> httpx.Response:
    request = AWSRequest(method="GET", url=url)
    keys = Credentials(endpoints["accessKeyId"], endpoints["secretAccessKey"])
    SigV4Auth(keys, "execute-api", endpoints["region"]).add_auth(request)
    return httpx.get(url, headers=dict(request.headers.items()))
