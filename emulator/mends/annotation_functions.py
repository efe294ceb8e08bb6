"""The Lambda functions of an account, as the twin of Ground Truth invokes them."""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException

from emulator.ground_truth.ports import FunctionError
from emulator.mends import lambdas


class LambdaFunctions:
    """Whatever functions are deployed; they run as all others do, in this process."""

    def exists(self, arn: str) -> bool:
        try:
            lambdas.deployed(arn)
        except (UnknownFunctionException, ValueError):
            return False
        return True

    def invoke(self, arn: str, event: Any) -> Any:
        try:
            outcome = lambdas.runner().run(lambdas.deployed(arn), event)
        except (UnknownFunctionException, ValueError, RuntimeError) as error:
            raise FunctionError(f"{arn} cannot be invoked: {error}") from error
        answer = json.loads(outcome.payload)
        if outcome.failed:
            raise FunctionError(f"{arn}: {answer.get('errorType')}: {answer.get('errorMessage')}")
        return answer
