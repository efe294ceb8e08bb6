"""The client: everything that can be asked of a deployed workflow."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3
import httpx

from smgt._dead_letters import DeadLetters
from smgt._errors import NotConfigured
from smgt._models import Batch, level_keys
from smgt._outputs import download
from smgt._places import DEFAULT_STACK, LOCAL_ENDPOINTS, Account, local_api, local_endpoints
from smgt._places import session as default_session
from smgt._plan import Plan
from smgt._storage import Content, Storage
from smgt._together import Outputs, download_together
from smgt._transport import Api, SigV4, json_object

IdsByStatus = dict[str, list[str]]
LARGEST_PAGE = 1_000  # jobs in one answer


class Client:
    """A deployed workflow, in an account or in the local cloud.

        client = smgt.Client.from_stack("smgt-workflow")
        batch_id = client.create(request)
        for batch in client.watch(batch_id):
            print(batch.status)
        client.download(batch_id, to="out")

    `api_url` ends in the stage (`https://…/prod`); without it, SMGT_API_URL is used. Credentials
    and region are found as boto3 finds them, or taken from `session`. `transport` and `sleep` are
    for tests: where calls go, and how time passes between them.
    """

    def __init__(
        self,
        *,
        api_url: str | None = None,
        region: str | None = None,
        session: boto3.Session | None = None,
        aws_endpoint_url: str | None = None,
        stack: str = DEFAULT_STACK,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._account = Account(session or default_session(region), aws_endpoint_url)
        self._stack = stack
        self._sleep = sleep
        url = api_url or os.environ.get("SMGT_API_URL")
        if not url:
            raise NotConfigured(
                "The API's address is not known. Use Client.from_stack(name) or Client.local(), "
                "give api_url, or set SMGT_API_URL."
            )
        auth = SigV4(self._account.credentials(), self._account.region_of(url))
        self._api = Api(url, auth=auth, sleep=sleep, transport=transport)

    @classmethod
    def from_stack(
        cls,
        stack: str | None = None,
        *,
        region: str | None = None,
        session: boto3.Session | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Client:
        """The workflow of a deployed CloudFormation stack, `smgt-workflow` if none is named.

        Its output `ApiUrl` says where the API is, unless no stack is named and SMGT_API_URL is
        set. Where AWS_ENDPOINT_URL leads to a local cloud, SMGT_API_URL or the file that
        `smgt local up` wrote says it: the stack only knows where it would be on AWS.
        """
        account = Account(session or default_session(region))
        name = stack or DEFAULT_STACK
        said = os.environ.get("SMGT_API_URL")
        if stack is None and said:
            return cls(api_url=said, session=account.session, transport=transport, sleep=sleep)
        outputs = account.outputs(name)
        if "ApiUrl" not in outputs:
            raise NotConfigured(
                f"Stack {name!r} has no output ApiUrl: it is another kind of stack."
            )
        elsewhere = account.elsewhere()
        local = (said or local_api(elsewhere)) if elsewhere else None
        return cls(
            api_url=local or outputs["ApiUrl"],
            session=account.session,
            aws_endpoint_url=elsewhere,
            stack=name,
            transport=transport,
            sleep=sleep,
        )

    @classmethod
    def local(
        cls,
        endpoints: Path | str = LOCAL_ENDPOINTS,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Client:
        """The local cloud that `smgt local up` keeps running."""
        places = local_endpoints(Path(endpoints))
        session = boto3.Session(
            aws_access_key_id=places["accessKeyId"],
            aws_secret_access_key=places["secretAccessKey"],
            region_name=places["region"],
        )
        return cls(
            api_url=places["apiUrl"],
            session=session,
            aws_endpoint_url=places["awsEndpointUrl"],
            transport=transport,
            sleep=sleep,
        )

    # -- batches

    def create(self, request: Mapping[str, Any]) -> str:
        """Start a batch; returns its id. The same request sent twice is the same batch."""
        answer = self.request("POST", "/batch/create", body=request).text
        named = re.search(r"BatchId : ([A-Za-z0-9_-]+)", answer)
        return named[1] if named else str(request["batchId"])

    def plan(self, request: Mapping[str, Any]) -> Plan:
        """What creating this batch would do: every mistake, what it would cost and how long it
        would take. Starts nothing."""
        answer = self.request("POST", "/batch/create", query={"dryRun": "true"}, body=request)
        return Plan.from_json(json_object(answer))

    def show(self, batch_id: str) -> Batch:
        """The whole batch, however many pages its jobs take."""
        answer = self._page(batch_id)
        token = answer.get("nextToken")
        while token:
            page = self._page(batch_id, token)
            answer["inputLabelingJobs"] = [
                *answer.get("inputLabelingJobs", []),
                *page.get("inputLabelingJobs", []),
            ]
            for key in level_keys(page):
                known = answer.setdefault(key, {**page[key], "jobLevels": []})
                known["jobLevels"] = [*known["jobLevels"], *page[key]["jobLevels"]]
            token = page.get("nextToken")
        answer.pop("nextToken", None)
        return Batch.from_json(answer)

    def watch(
        self, batch_id: str, *, interval: float = 1.0, longest: float = 30.0
    ) -> Iterator[Batch]:
        """The batch each time that something about it changed, until it has ended.

        Asks every `interval` seconds, and more seldom, up to `longest`, while nothing changes. Of a
        batch above 1,000 jobs only the first ones are shown; the counts are of all.
        """
        last, pause = None, interval
        while True:
            batch = Batch.from_json(self._page(batch_id))
            if batch != last:
                yield batch
                last, pause = batch, interval
            else:
                pause = min(pause * 1.5, longest)
            if batch.is_final:
                return
            self._sleep(pause)

    def approve(self, batch_id: str, *, down_sampling_rate: int | None = None) -> None:
        """Let the level that waits for approval begin; a rate (1-100 % of the objects, kept)
        replaces those of its jobs. `Conflict` if no level waits."""
        body: dict[str, Any] = {"batchId": batch_id}
        if down_sampling_rate is not None:
            body["downSamplingRate"] = down_sampling_rate
        self.request("POST", "/batch-metadata/post", body=body)

    def stop(self, batch_id: str) -> None:
        """Stop a batch: its execution ends, its running labeling jobs are stopped, nothing more is
        started. The same again changes nothing. `Conflict` if it has ended otherwise."""
        self.request("POST", "/batch/stop", body={"batchId": batch_id})

    def retry(self, batch_id: str) -> int:
        """Let a batch that failed or was stopped go on; returns the number of its run.

        Jobs that are complete stay so, the others are tried again from what they left. The same
        again begins no second run. `Conflict` if the batch neither failed nor was stopped.
        """
        answer = self.request("POST", "/batch/retry", body={"batchId": batch_id})
        return int(json_object(answer)["run"])

    def download(self, batch_id: str, to: Path | str) -> Outputs:
        """Write each complete job's output manifest, and the label files that it refers to, to
        `<to>/<job>/`; of a complete batch also `<to>/merged/` and `<to>/exports/<format>/`. What S3
        refuses of these two is in `missing`."""
        batch, fetch = self.show(batch_id), self._api.fetch
        found = Outputs(
            download(job, Path(to) / job.name, fetch=fetch, read=self.storage.read)
            for job in batch.jobs
            if job.status == "COMPLETE" and job.output_url
        )
        s3 = cache(lambda: self._account.client("s3"))
        download_together(batch, Path(to), found, fetch=fetch, s3=s3)
        return found

    def workforce(self) -> dict[str, Any]:
        """The work teams, their members, and where these sign in."""
        return json_object(self.request("GET", "/workforce/show"))

    # -- files

    def upload(self, files: Mapping[str, Content], *, prefix: str) -> dict[str, str]:
        """Store files in the workflow's input bucket below `prefix`; returns each one's address."""
        return self.storage.upload(files, to=f"s3://{self.input_bucket}/{prefix.strip('/')}")

    @cached_property
    def storage(self) -> Storage:
        """The account's files in S3."""
        return Storage(self._account.client("s3"))

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The outputs of the workflow's stack: names of its buckets, work teams, topic, …"""
        return self._account.outputs(self._stack)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """The messages that the listener gave up."""
        if "DeadLetterQueueUrl" not in self.outputs:
            raise NotConfigured(
                f"Stack {self._stack!r} does not say where its queues are: deploy it again."
            )
        return DeadLetters(
            self._account.client("sqs"),
            queue_url=self.outputs["ListenerQueueUrl"],
            dead_letter_queue_url=self.outputs["DeadLetterQueueUrl"],
        )

    @property
    def input_bucket(self) -> str:
        """The bucket for inputs, `<prefix>-<account>-<region>-batch-input`."""
        return self.outputs["InputBucketName"]

    @property
    def api_url(self) -> str:
        return self._api.url

    # -- calls

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | None] | None = None,
        body: Any = None,
    ) -> httpx.Response:
        """Any route of the API, signed; refusals are raised by name."""
        return self._api.call(method, path, query=query, body=body)

    def _page(self, batch_id: str, token: str | None = None) -> dict[str, Any]:
        query: dict[str, str | int | None] = {"batchId": batch_id, "nextToken": token}
        if token:
            query["limit"] = LARGEST_PAGE  # each page costs the API a look at the whole batch
        return json_object(self.request("GET", "/batch/show", query=query))

    def close(self) -> None:
        self._api.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # last, since from here on `list` is this method
    def list(self, status: str | None = None, *, limit: int | None = None) -> IdsByStatus:
        """Ids of batches by status, newest first.

        Without `status` at most `limit` (the API's default is 100) of each; with one, all of it.
        """
        query: dict[str, str | int | None] = {"status": status, "limit": limit}
        found: IdsByStatus = {}
        while True:
            answer = json_object(self.request("GET", "/batch/show", query=query))
            for key, ids in answer.items():
                if isinstance(ids, list) and (status is None or key == status):
                    found.setdefault(key, []).extend(map(str, ids))
            query["nextToken"] = answer.get("nextToken")
            if status is None or not query["nextToken"]:
                return found
