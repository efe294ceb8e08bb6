"""Files to S3 and back."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest

import smgt

pytestmark = pytest.mark.usefixtures("account")


def test_files_of_every_kind_are_uploaded_below_the_prefix(
    client: smgt.Client, tmp_path: Path
) -> None:
    frame = tmp_path / "000001.jpg"
    frame.write_bytes(b"jpeg")

    addresses = client.upload(
        {
            "frames/000001.jpg": frame,
            "clip.json": {"seq-no": 1},
            "clip.manifest": "line\n",
            "raw": b"\0",
        },
        prefix="/driving/",
    )

    assert addresses["frames/000001.jpg"] == "s3://the-input/driving/frames/000001.jpg"
    stored = boto3.client("s3").get_object(Bucket="the-input", Key="driving/frames/000001.jpg")
    assert (stored["Body"].read(), stored["ContentType"]) == (b"jpeg", "image/jpeg")
    assert json.loads(client.storage.read(addresses["clip.json"])) == {"seq-no": 1}
    assert client.storage.read(addresses["clip.manifest"]) == b"line\n"
    assert client.storage.read(addresses["raw"]) == b"\0"


def test_everything_below_a_prefix_is_removed_and_nothing_else(client: smgt.Client) -> None:
    client.upload({"a": "1", "b": "2"}, prefix="driving")
    kept = client.upload({"c": "3"}, prefix="other")

    assert client.storage.remove("s3://the-input/driving/") == 2
    assert client.storage.remove("s3://the-input/driving/") == 0
    assert client.storage.read(kept["c"]) == b"3"


def test_what_s3_refuses_is_named(client: smgt.Client) -> None:
    with pytest.raises(smgt.StorageError, match=r"s3://the-input/none cannot be read.*NoSuchKey"):
        client.storage.read("s3://the-input/none")
    with pytest.raises(smgt.StorageError, match="s3://no-such-bucket/x cannot be written"):
        client.storage.upload({"x": "1"}, to="s3://no-such-bucket")
    with pytest.raises(smgt.StorageError, match="cannot be emptied"):
        client.storage.remove("s3://no-such-bucket/x")


@pytest.mark.parametrize("address", ["bucket/key", "s3://bucket", "s3://bucket/", "https://b/k"])
def test_an_address_outside_s3_is_refused(client: smgt.Client, address: str) -> None:
    with pytest.raises(smgt.InvalidInput, match="write s3://bucket/key"):
        client.storage.read(address)


def test_a_file_that_is_not_there_is_named(client: smgt.Client, tmp_path: Path) -> None:
    with pytest.raises(smgt.InvalidInput, match=r"gone\.jpg cannot be read: No such file"):
        client.upload({"gone.jpg": tmp_path / "gone.jpg"}, prefix="x")
