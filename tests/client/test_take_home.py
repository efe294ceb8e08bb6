"""What a complete batch brought beside its jobs' outputs, taken home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

import smgt
from smgt._together import Outputs, download_together
from smgt.cli import main
from tests.client.fake_api import SIGNED_FILES, URL, FakeApi, batch, job

MERGED: dict[str, Any] = {
    "mergedS3Uri": "s3://processing/merged/clip-1/data.jsonl",
    "mergedS3Url": f"{SIGNED_FILES}/merged/data.jsonl?X-Amz-Signature=abc",
    "exports": {
        "coco": {"s3Uri": "s3://processing/exports/clip-1/coco/", "leftOut": "0"},
        "kitti": {"s3Uri": "s3://processing/exports/clip-1/kitti/", "error": "no cuboids"},
    },
}


@pytest.fixture
def complete(account: None, api: FakeApi) -> None:
    """A complete batch with a merged data set, its report and an export of two files."""
    s3 = boto3.client("s3")
    for key in (
        "merged/clip-1/report.json",
        "exports/clip-1/coco/annotations/instances_default.json",
        "exports/clip-1/coco/export-report.json",
        "exports/clip-1/coco-of-another/x.json",
    ):
        s3.put_object(Bucket="processing", Key=key, Body=key.encode())
    api.files[f"{SIGNED_FILES}/merged/data.jsonl"] = b"{}\n"
    api.files[f"{SIGNED_FILES}/cars/output.manifest"] = b'{"cars-ref": 3}\n'
    api.has(batch(status="COMPLETE", first=[job("cars", "COMPLETE")], **MERGED))


@pytest.mark.usefixtures("complete")
def test_the_merged_data_set_and_the_exports_come_with_the_outputs(
    client: smgt.Client, tmp_path: Path
) -> None:
    found = client.download("clip-1", tmp_path)

    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json*")}
    assert files == {
        "merged/data.jsonl",
        "merged/report.json",
        "exports/coco/annotations/instances_default.json",
        "exports/coco/export-report.json",
    }
    assert [output.job for output in found] == ["cars"]
    assert found.exports == {"coco": tmp_path / "exports/coco"}
    assert found.missing == ["There is no export kitti: no cuboids"]


def test_what_s3_refuses_is_named_with_the_permission_and_the_rest_is_kept(tmp_path: Path) -> None:
    s3 = boto3.client("s3")
    answer = {**MERGED, "exports": {"coco": MERGED["exports"]["coco"]}}
    found = Outputs([])
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
        stub.add_client_error("list_objects_v2", "AccessDenied", http_status_code=403)
        download_together(
            smgt.Batch.from_json(batch(status="COMPLETE", **answer)),
            tmp_path,
            found,
            fetch=lambda _: b"{}\n",
            s3=lambda: s3,
        )

    assert found.merged == [tmp_path / "merged/data.jsonl"]
    assert len(found.missing) == 2
    assert "report.json is missing: you need s3:GetObject on the processing" in found.missing[0]
    assert "coco/ is missing: you need s3:ListBucket on the processing" in found.missing[1]


@pytest.mark.usefixtures("complete")
def test_the_command_prints_what_it_brought_and_fails_for_what_lacks(
    api: FakeApi,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SMGT_API_URL", URL)

    code = main(["batch", "outputs", "clip-1", "--to", str(tmp_path)], transport=api)

    out, err = capsys.readouterr()
    assert code == 1
    assert out.splitlines()[-3:] == [
        f"{tmp_path}/merged/data.jsonl",
        f"{tmp_path}/merged/report.json",
        f"{tmp_path}/exports/coco",
    ]
    assert "There is no export kitti: no cuboids" in err
