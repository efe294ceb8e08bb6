"""The API in this process: the reference's shapes, numbers as strings, and trouble on demand."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import httpx

URL = "https://abc123.execute-api.us-east-1.amazonaws.com/prod"
SIGNED_FILES = "https://files.example"

Answer = httpx.Response | BaseException


class FakeApi(httpx.BaseTransport):
    """Batches by id as `show` answers them. A batch may be a list: one answer for each question.

    `plans` is what a dry run answers, by the batch's id. `trouble` holds answers that are given
    before anything else is looked at; `files` is what presigned addresses lead to.
    """

    def __init__(self) -> None:
        self.batches: dict[str, deque[dict[str, Any]]] = {}
        self.created: list[dict[str, Any]] = []
        self.plans: dict[str, dict[str, Any]] = {}
        self.approvals: list[dict[str, Any]] = []
        self.stopped: list[dict[str, Any]] = []
        self.retried: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.trouble: deque[Answer] = deque()
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        if self.trouble:
            answer = self.trouble.popleft()
            if isinstance(answer, BaseException):
                raise answer
            return answer
        address = f"{request.url.scheme}://{request.url.host}{request.url.path}"
        if address.startswith(SIGNED_FILES):
            return self._file(address, request)
        if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
            return refusal(403, "Missing Authentication Token")
        if "/us-east-1/execute-api/aws4_request" not in request.headers["authorization"]:
            return refusal(403, "Credential should be scoped to a valid region.")
        routes: Mapping[tuple[str, str], Callable[[httpx.Request], httpx.Response]] = {
            ("POST", "/prod/batch/create"): self._create,
            ("GET", "/prod/batch/show"): self._show,
            ("POST", "/prod/batch-metadata/post"): self._approve,
            ("POST", "/prod/batch/stop"): self._stop,
            ("POST", "/prod/batch/retry"): self._retry,
            ("GET", "/prod/workforce/show"): lambda _: answer_json({"workteams": []}),
        }
        route = routes.get((request.method, request.url.path))
        return route(request) if route else refusal(403, "Missing Authentication Token")

    def has(self, *states: dict[str, Any]) -> None:
        """Know a batch by what `show` will answer, one state after the other."""
        self.batches[states[0]["batchId"]] = deque(states)

    def _create(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if request.url.params.get("dryRun") == "true":
            return answer_json(self.plans[body["batchId"]])
        if body["batchId"] in self.batches:
            return refusal(409, f"The batch id {body['batchId']} is taken by another request.")
        self.created.append(body)
        text = f"Batch processor successfully triggered with BatchId : {body['batchId']}"
        return httpx.Response(200, text=text)

    def _show(self, request: httpx.Request) -> httpx.Response:
        batch_id = request.url.params.get("batchId")
        if batch_id is None:
            return self._list(request)
        if batch_id not in self.batches:
            return refusal(404, f"There is no batch {batch_id}.")
        states = self.batches[batch_id]
        if token := request.url.params.get("nextToken"):
            return answer_json(deepcopy(states[int(token)]))
        return answer_json(deepcopy(states.popleft() if len(states) > 1 else states[0]))

    def _list(self, request: httpx.Request) -> httpx.Response:
        ids = sorted(self.batches)
        status = request.url.params.get("status", "COMPLETE")
        start = int(request.url.params.get("nextToken", 0))
        most = int(request.url.params.get("limit", 100))
        answer: dict[str, Any] = {status: ids[start : start + most]}
        if start + most < len(ids):
            answer["nextToken"] = str(start + most)
        return answer_json(answer)

    def _approve(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.approvals.append(body)
        return answer_json({"batchId": body["batchId"]})

    def _stop(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.stopped.append(body)
        return answer_json({"batchId": body["batchId"], "status": "STOPPED", "run": "0"})

    def _retry(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.retried.append(body)
        run = str(len(self.retried))
        return answer_json({"batchId": body["batchId"], "status": "IN_PROGRESS", "run": run})

    def _file(self, address: str, request: httpx.Request) -> httpx.Response:
        if "authorization" in request.headers or "Expired" in request.url.params:
            return httpx.Response(403, text="<Error><Code>AccessDenied</Code></Error>")
        if address not in self.files:
            return httpx.Response(404)
        return httpx.Response(200, content=self.files[address])


def answer_json(document: Any) -> httpx.Response:
    return httpx.Response(200, json=document)


def refusal(
    status: int, message: str, errors: list[dict[str, str]] | None = None
) -> httpx.Response:
    return httpx.Response(status, json={"message": message, "errors": errors or []})


def plan(
    batch_id: str = "clip-1",
    *,
    errors: list[dict[str, str]] | None = None,
    warnings: list[dict[str, str]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """What a dry run answers: level 1 is known, of level 2 there is no telling how much it gets."""
    first = {
        "objects": 1,
        "billedObjects": 1038,
        "costUsd": {"low": 12.5, "high": 90.25},
        "hours": {"low": 0.5, "high": 30},
    }
    unknown = {"objects": None, "billedObjects": None, "costUsd": None, "hours": None}
    return {
        "batchId": batch_id,
        "valid": not errors,
        "complete": True,
        "errors": errors or [],
        "warnings": warnings or [],
        "estimate": {
            "levels": [
                {"level": 1, "jobs": [{"jobName": "cars", **first}], **first},
                {"level": 2, "jobs": [{"jobName": "cars-audit", **unknown}], **unknown},
            ],
            "total": {**first, "costUsd": {"low": 12.5, "high": 1234.5}},
            "assumptions": ["prices of us-east-1"],
        },
        **more,
    }


def batch(
    batch_id: str = "clip-1",
    status: str = "IN_PROGRESS",
    *,
    first: list[dict[str, str]] | None = None,
    second: list[dict[str, str]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """What `show` answers for one batch."""
    return {
        "batchId": batch_id,
        "status": status,
        "inputLabelingJobs": [],
        "firstLevel": level(first or []),
        "secondLevel": level(second or []),
        "thirdLevel": level([]),
        **more,
    }


def level(jobs: list[dict[str, str]]) -> dict[str, Any]:
    complete = sum(job["batchStatus"] == "COMPLETE" for job in jobs)
    return {
        "status": "COMPLETE" if complete == len(jobs) else "IN_PROGRESS",
        "numChildBatches": str(len(jobs)),
        "numChildBatchesComplete": str(complete),
        "jobLevels": jobs,
    }


def job(name: str, status: str = "WAIT_FOR_SMGT_RESPONSE", **more: str) -> dict[str, str]:
    """One entry of `jobLevels`; its output lies at a signed address."""
    return {
        "batchId": f"clip-1-first_level-{name}",
        "batchStatus": status,
        "labelingJobName": name,
        "jobName": name,
        "labelAttributeName": f"{name}-ref",
        "jobOutputS3Uri": f"s3://processing/{name}/output.manifest",
        "jobOutputS3Url": f"{SIGNED_FILES}/{name}/output.manifest?X-Amz-Signature=abc",
        **more,
    }
