"""Labeling pipelines of many levels, from Python: create, watch, approve, download.

import smgt

client = smgt.Client.from_stack("smgt-workflow")
batch_id = client.create(request)
for batch in client.watch(batch_id):
    print(batch.status, [job.status for job in batch.jobs])
client.download(batch_id, to="out")
"""

from smgt import prepare
from smgt._client import Client
from smgt._dead_letters import DeadLetter
from smgt._errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    InvalidRequest,
    Mistake,
    NotConfigured,
    NotFound,
    QueueError,
    Refused,
    SmgtError,
    StorageError,
    TooLarge,
    Unavailable,
    UnexpectedAnswer,
)
from smgt._models import Batch, Job, Level
from smgt._outputs import Output
from smgt._plan import Amount, LevelPlan, Plan, Span
from smgt._progress import follow
from smgt._together import Outputs

__all__ = [
    "Amount",
    "Batch",
    "Client",
    "Conflict",
    "DeadLetter",
    "Forbidden",
    "InvalidInput",
    "InvalidRequest",
    "Job",
    "Level",
    "LevelPlan",
    "Mistake",
    "NotConfigured",
    "NotFound",
    "Output",
    "Outputs",
    "Plan",
    "QueueError",
    "Refused",
    "SmgtError",
    "Span",
    "StorageError",
    "TooLarge",
    "Unavailable",
    "UnexpectedAnswer",
    "follow",
    "prepare",
]
