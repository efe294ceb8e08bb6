"""The environment of the functions, read once, in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the stack tells its functions; a missing variable fails by its name, on first use."""

    region: str
    account: str
    prefix: str
    table_name: str
    input_bucket: str
    processing_bucket: str
    queue_url: str
    state_machine_arn: str
    status_topic_arn: str
    labeling_role_arn: str
    first_level_team_arn: str
    second_level_team_arn: str
    levels: int
    job_completion_timeout: int  # seconds a labeling job may take, from its creation

    @classmethod
    def from_env(cls) -> Settings:
        env = os.environ
        return cls(
            region=env["AWS_REGION"],
            account=env["STATE_MACHINE_ARN"].split(":")[4],
            prefix=env["PREFIX"],
            table_name=env["TABLE_NAME"],
            input_bucket=env["INPUT_BUCKET"],
            processing_bucket=env["PROCESSING_BUCKET"],
            queue_url=env["QUEUE_URL"],
            state_machine_arn=env["STATE_MACHINE_ARN"],
            status_topic_arn=env["STATUS_TOPIC_ARN"],
            labeling_role_arn=env["LABELING_ROLE_ARN"],
            first_level_team_arn=env["FIRST_LEVEL_TEAM_ARN"],
            second_level_team_arn=env["SECOND_LEVEL_TEAM_ARN"],
            levels=int(env["LEVELS"]),
            job_completion_timeout=int(env["JOB_COMPLETION_TIMEOUT"]),
        )

    def default_team_arn(self, level: int) -> str:
        """The first-level team for level 1, the second-level team above."""
        return self.first_level_team_arn if level == 1 else self.second_level_team_arn


@cache
def settings() -> Settings:
    return Settings.from_env()
