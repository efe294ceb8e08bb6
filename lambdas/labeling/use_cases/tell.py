"""What people are told by SNS: that a level starts or waits for them, and how a batch ended."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from labeling.answers import batch_info
from labeling.errors import NotPublished
from labeling.model import Batch, BatchStatus, BatchView
from labeling.naming import LEVEL_WORDS
from labeling.ports import Notifier, Ports
from labeling.use_cases.results import read_results

logger = logging.getLogger(__name__)

# SNS takes 256 KB, attributes included; the rest of a message is small.
LARGEST_BATCH_INFO = 250 * 1024
# What the message's `status` says for each way to end.
_STATUS_WORDS = {
    BatchStatus.COMPLETE: "SUCCESS",
    BatchStatus.INTERNAL_ERROR: "FAILED",
    BatchStatus.VALIDATION_FAIL: "FAILED",
    BatchStatus.STOPPED: "STOPPED",
}


def tell_level_starts(
    batch: Batch, level: int, *, waits_for_approval: bool, notifier: Notifier
) -> bool:
    """Says whether SNS took the message."""
    word = LEVEL_WORDS[level - 1]
    if waits_for_approval:
        status = "WAITING_FOR_APPROVAL"
        message = (
            f"The {word} level of batch {batch.batch_id} waits for your approval: "
            "POST /batch-metadata/post"
        )
    else:
        status = "IN_PROGRESS"
        message = f"The {word} level of batch {batch.batch_id} starts"
    body = {
        "batchId": batch.batch_id,
        "message": message,
        "level": str(level),
        "status": status,
    }
    return _publish(
        batch,
        notifier,
        status,
        subject=message.split(":")[0],
        body=json.dumps(body),
        deduplication_id=f"{batch.batch_id}-{batch.run}-{status}-{level}",
    )


def tell_end(batch: Batch, *, ports: Ports, view: BatchView | None = None) -> bool:
    """Publishes how an ended batch ended, then marks it: at least one message.

    A second one, equal in body and `deduplicationId`, goes out only if the process dies between
    the two. What SNS does not take now, the reconciler sends later: a failing message never
    hides the status. Names that a refused batch never used are free again before anybody is told.
    `view` is the batch as it ended, for a caller that has read it. Says whether people are told.
    """
    if batch.published:
        return True
    if batch.status is BatchStatus.VALIDATION_FAIL:
        ports.batches.release_names(batch)
    status = _STATUS_WORDS[batch.status]
    told = _publish(
        batch,
        ports.notifier,
        status,
        subject=f"Labeling batch {batch.batch_id}: {status}",
        body=_body(batch, status, ports, view),
        deduplication_id=f"{batch.batch_id}-{batch.run}-{batch.status}",
    )
    if told:
        ports.batches.mark_published(batch)
    return told


def _publish(
    batch: Batch,
    notifier: Notifier,
    status: str,
    *,
    subject: str,
    body: str,
    deduplication_id: str,
) -> bool:
    attributes: Mapping[str, str] = {
        "batchId": batch.batch_id,
        "status": status,
        "deduplicationId": deduplication_id,
    }
    try:
        notifier.publish(
            batch.destination_topic_arn, subject=subject, body=body, attributes=attributes
        )
    except NotPublished:
        logger.exception("message not published", extra={"batch_id": batch.batch_id})
        return False
    return True


def _body(batch: Batch, status: str, ports: Ports, view: BatchView | None) -> str:
    body: dict[str, Any] = {"batchId": batch.batch_id}
    if batch.status is BatchStatus.COMPLETE:
        body["message"] = "Batch processing has completed successfully."
        body |= _batch_info(batch, ports, view)
    elif batch.status is BatchStatus.STOPPED:
        body["message"] = "Batch processing was stopped"
    else:
        body["message"] = "Batch processing failed"
        body["errorType"] = batch.error_type
        body["errorString"] = batch.message
    body["token"] = ports.workflow.execution_arn(batch)
    body["status"] = status
    return json.dumps(body)


def _batch_info(batch: Batch, ports: Ports, view: BatchView | None) -> dict[str, Any]:
    """`batchInfo`, or where it lies when it is too large for a message.

    Written once: signed links differ from one signing to the next, a repeated message must not.
    """
    view = view or ports.batches.view(batch.batch_id)
    assert view is not None  # it ended a moment ago
    uri = ports.places.batch_info(batch.batch_id, batch.run)
    results = read_results(view, objects=ports.objects, places=ports.places)
    info = batch_info(view, levels=ports.levels, objects=ports.objects, results=results)
    if len(json.dumps(info)) > LARGEST_BATCH_INFO:
        info["batchInfoS3Url"] = ports.objects.signed_url(uri)
    told: dict[str, Any] = json.loads(ports.objects.write_once(uri, json.dumps(info)))
    if "batchInfoS3Url" in told:
        return {"batchInfoS3Uri": uri, "batchInfoS3Url": told["batchInfoS3Url"]}
    return {"batchInfo": told}
