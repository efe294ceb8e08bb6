"""Bring the clip to a workflow's input bucket and print the request for its batch.

python -m examples.driving --local > request.json
smgt batch create --local request.json
"""

import argparse
import json
from uuid import uuid4

import smgt
from examples.driving.batch import request, upload

arguments = argparse.ArgumentParser(
    prog="python -m examples.driving",
    description="Upload the clip; print the request to hand to `smgt batch create -`.",
)
arguments.add_argument("--local", action="store_true", help="the cloud of `smgt local up`")
arguments.add_argument("--stack", default="smgt-workflow", help="or the one of this stack")
arguments.add_argument("--id", default=f"driving-{uuid4().hex[:6]}", help="the batch's id")


def main() -> None:
    given = arguments.parse_args()
    try:
        client = smgt.Client.local() if given.local else smgt.Client.from_stack(given.stack)
        print(json.dumps(request(given.id, upload(client)), indent=2))
    except smgt.SmgtError as error:
        raise SystemExit(f"{arguments.prog}: {error}") from None


if __name__ == "__main__":
    main()
