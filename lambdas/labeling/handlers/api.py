"""The REST API."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.typing import LambdaContext

from labeling import queries, wiring
from labeling.errors import InvalidRequest, LabelingError
from labeling.model import Batch
from labeling.problems import body_of, invalid, status_of
from labeling.settings import settings
from labeling.use_cases.approve_level import approve_level
from labeling.use_cases.list_batches import list_batches
from labeling.use_cases.retry_batch import retry_batch
from labeling.use_cases.show_batch import show_batch
from labeling.use_cases.show_workforce import show_workforce
from labeling.use_cases.stop_batch import stop_batch

ROUTES = {
    "/batch/create": "POST",
    "/batch/show": "GET",
    "/batch-metadata/post": "POST",
    "/batch/stop": "POST",
    "/batch/retry": "POST",
    "/workforce/show": "GET",
}

logger = Logger()
app = APIGatewayRestResolver()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    logger.append_keys(request_id=context.aws_request_id)
    return app.resolve(event, context)


@app.post("/batch/create")
def create() -> Response[str] | dict[str, Any]:
    # pydantic and the plan, which a GET would import in vain
    from labeling.requests import create_request
    from labeling.use_cases.create_batch import also_wrong, create_batch

    if queries.is_dry_run(app.current_event.query_string_parameters):
        return plan()
    ports = wiring.LambdaPorts()
    try:
        request = create_request(app.current_event.raw_event, settings())
    except InvalidRequest as error:
        found = also_wrong(error, ports=ports, settings=settings())
        raise invalid([*error.problems, *found]) from error
    batch = create_batch(
        request, ports=ports, settings=settings(), nonce=lambda: os.urandom(8).hex()
    )
    text = f"Batch processor successfully triggered with BatchId : {batch.batch_id}"
    return Response(HTTPStatus.OK.value, content_type="text/plain", body=text)


def plan() -> dict[str, Any]:
    """A request that cannot be understood has a plan as well: of its mistakes, and those in the
    files of the jobs that can be understood."""
    from labeling.plan.report import Plan, answer
    from labeling.requests import create_request
    from labeling.use_cases.create_batch import also_wrong, plan_only

    ports = wiring.LambdaPorts()
    try:
        request = create_request(app.current_event.raw_event, settings())
    except InvalidRequest as error:
        found = also_wrong(error, ports=ports, settings=settings())
        batch_id = error.usable.request.batch_id if error.usable else ""
        problems = (*error.problems, *found)
        return answer(Plan(batch_id=batch_id, problems=problems, complete=False))
    return answer(plan_only(request, ports=ports, settings=settings()))


@app.get("/batch/show")
def show() -> dict[str, Any]:
    query = queries.show_query(app.current_event.query_string_parameters)
    if isinstance(query, queries.ListBatches):
        return list_batches(query, batches=wiring.batches())
    return show_batch(
        query,
        batches=wiring.batches(),
        objects=wiring.objects(),
        places=wiring.places(),
        levels=settings().levels,
    )


@app.post("/batch-metadata/post")
def approve() -> dict[str, Any]:
    from labeling.requests import approve_request

    queries.no_parameters(app.current_event.query_string_parameters)
    batch_id, rate = approve_request(app.current_event.raw_event)
    level = approve_level(
        batch_id,
        rate=rate,
        batches=wiring.batches(),
        queue=wiring.queue(),
        now=wiring.now(),
    )
    return {"batchId": batch_id, "level": str(level), "message": f"Level {level} is approved"}


@app.post("/batch/stop")
def stop() -> dict[str, Any]:
    batch = stop_batch(_named_batch(), ports=wiring.LambdaPorts())
    return _moved(batch, f"Batch {batch.batch_id} is stopped; its labeling jobs stop now")


@app.post("/batch/retry")
def retry() -> dict[str, Any]:
    batch = retry_batch(_named_batch(), ports=wiring.LambdaPorts())
    return _moved(batch, f"Batch {batch.batch_id} goes on with run {batch.run}")


@app.get("/workforce/show")
def workforce() -> dict[str, Any]:
    queries.no_parameters(app.current_event.query_string_parameters)
    teams = {
        "1": settings().first_level_team_arn,
        "2 and above": settings().second_level_team_arn,
    }
    return show_workforce(teams, workforce=wiring.workforce())


@app.not_found
def not_found(error: NotFoundError) -> Response[dict[str, Any]]:
    path = app.current_event.path
    if path in ROUTES:
        body = body_of(f"{path} takes {ROUTES[path]}, not {app.current_event.http_method}.")
        return _answer(HTTPStatus.METHOD_NOT_ALLOWED, body, {"Allow": ROUTES[path]})
    known = ", ".join(f"{method} {route}" for route, method in ROUTES.items())
    return _answer(HTTPStatus.NOT_FOUND, body_of(f"There is no such route. There are {known}."))


def _named_batch() -> str:
    from labeling.requests import batch_id_request

    queries.no_parameters(app.current_event.query_string_parameters)
    return batch_id_request(app.current_event.raw_event)


def _moved(batch: Batch, message: str) -> dict[str, Any]:
    return {
        "batchId": batch.batch_id,
        "status": batch.status.value,
        "run": str(batch.run),
        "message": message,
    }


def refused(error: LabelingError) -> Response[dict[str, Any]]:
    status = status_of(error)
    if status is None:
        return failed(error)
    return _answer(status, body_of(str(error), error.problems))


def failed(error: Exception) -> Response[dict[str, Any]]:
    request_id = app.lambda_context.aws_request_id
    logger.exception("request failed")
    message = (
        f"Something is wrong on our side. Quote the request id {request_id} when you report it."
    )
    body = body_of(message) | {"requestId": request_id}
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, body)


def _answer(
    status: HTTPStatus, body: dict[str, Any], headers: dict[str, Any] | None = None
) -> Response[dict[str, Any]]:
    return Response(status.value, content_type="application/json", body=body, headers=headers)


app.exception_handler(LabelingError)(refused)
app.exception_handler(Exception)(failed)
