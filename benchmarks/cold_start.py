"""Cold start of each function: importing its handler and making the clients that it uses.

Each measurement is a fresh interpreter, and counts the processor's time from the first import on.
One boto3 client, made the usual way, is 1; repetitions take turns, and the shortest counts, so
that what else the machine does falls out.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.figures import Figure

LAMBDAS = Path(__file__).resolve().parents[1] / "lambdas"
ORIGINAL = "2.0"
MOST = {"api": 1.8}
MOST_OF_THE_OTHERS = 1.4

# What each handler makes on its usual way, by the functions of `labeling.wiring`.
CLIENTS: Mapping[str, Sequence[str]] = {
    "transform_batch": ("batches()", "objects()"),
    "trigger_level": ("batches()", "labeling()._creating_client", "queue()"),
    "wait_for_level": ("batches()", "queue()"),
    "post_process_level": ("batches()", "objects()", "notifier()"),
    "complete_batch": ("batches()", "objects()", "notifier()", "workflow()"),
    "fail_batch": ("batches()", "notifier()", "workflow()"),
    "listener": ("batches()", "labeling()._client", "queue()", "workflow()"),
    "api": ("batches()", "objects()", "workflow()"),
}

BARE = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"
TIMED = "import time; start = time.process_time(); {}; print(time.process_time() - start)"
ARN = "arn:aws:{}:us-east-1:123456789012:{}"
VARIABLES = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "PREFIX": "smgt-workflow",
    "TABLE_NAME": "table",
    "INPUT_BUCKET": "input",
    "PROCESSING_BUCKET": "processing",
    "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/queue",
    "STATE_MACHINE_ARN": ARN.format("states", "stateMachine:smgt-workflow-batch-process"),
    "STATUS_TOPIC_ARN": ARN.format("sns", "status"),
    "LABELING_ROLE_ARN": "arn:aws:iam::123456789012:role/labeling",
    "FIRST_LEVEL_TEAM_ARN": ARN.format("sagemaker", "workteam/private-crowd/first"),
    "SECOND_LEVEL_TEAM_ARN": ARN.format("sagemaker", "workteam/private-crowd/second"),
    "LEVELS": "3",
    "JOB_COMPLETION_TIMEOUT": "1209600",
    "POWERTOOLS_SERVICE_NAME": "smgt-workflow",
}


def figures(*, quick: bool = False) -> list[Figure]:
    seconds = measure(repetitions=3 if quick else 9)
    bare = seconds.pop("")
    ratios = {handler: round(taken / bare, 2) for handler, taken in seconds.items()}
    others = {handler: ratio for handler, ratio in ratios.items() if handler not in MOST}
    slowest = max(others, key=others.__getitem__)
    details = {"bareSeconds": round(bare, 3), "ratios": ratios}
    return [
        Figure(
            what="cold start, state machine's functions and listener (a bare boto3 client = 1)",
            original=f"{ORIGINAL} ×",
            ours=f"{min(others.values())} to {others[slowest]} × ({slowest})",
            target=f"≤ {MOST_OF_THE_OTHERS} ×",
            reached=others[slowest] <= MOST_OF_THE_OTHERS,
            details=details,
        ),
        Figure(
            what="cold start, API",
            original=f"{ORIGINAL} ×",
            ours=f"{ratios['api']} ×",
            target=f"≤ {MOST['api']} ×",
            reached=ratios["api"] <= MOST["api"],
            details=details,
        ),
    ]


def measure(*, repetitions: int) -> dict[str, float]:
    """Seconds by handler, the shortest of so many; under "" those of a bare client."""
    programs = {"": BARE} | {handler: _program(handler) for handler in CLIENTS}
    shortest = dict.fromkeys(programs, float("inf"))
    for _ in range(repetitions + 1):  # the first one may have to compile
        for handler, program in programs.items():
            shortest[handler] = min(shortest[handler], _seconds(program))
    return shortest


def _program(handler: str) -> str:
    made = "; ".join(f"wiring.{client}" for client in CLIENTS[handler])
    return f"import labeling.handlers.{handler}; from labeling import wiring; {made}"


def _seconds(program: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(program)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(LAMBDAS), **VARIABLES},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
