"""Where a running local cloud is reached, and with which credentials."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

DEFAULT_REGION = "us-east-1"
DEFAULT_ACCOUNT_ID = "123456789012"
DEFAULT_KEY = "local"


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Addresses have no slash at their end; `api_url` ends in the stage and is empty before an API
    was deployed."""

    aws_endpoint_url: str
    api_url: str = ""
    region: str = DEFAULT_REGION
    account_id: str = DEFAULT_ACCOUNT_ID
    access_key_id: str = DEFAULT_KEY
    secret_access_key: str = DEFAULT_KEY

    def environment(self) -> dict[str, str]:
        """The variables with which any AWS SDK or command of another process talks to it."""
        return {
            "AWS_ENDPOINT_URL": self.aws_endpoint_url,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
        }

    def write(self, path: Path) -> None:
        """Write them as JSON with camelCase keys; folders are made as needed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "apiUrl": self.api_url,
            "awsEndpointUrl": self.aws_endpoint_url,
            "region": self.region,
            "accountId": self.account_id,
            "accessKeyId": self.access_key_id,
            "secretAccessKey": self.secret_access_key,
        }
        path.write_text(json.dumps(document, indent=2) + "\n")
