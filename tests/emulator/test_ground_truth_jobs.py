"""From a request to the output manifest and the event."""

from tests.emulator.ground_truth_world import World


def test_a_job_is_labeled_and_its_output_and_event_are_there() -> None:
    world = World()
    manifest = world.clips(2)
    categories = world.categories("Vehicle")
    request = world.request("Cars", "VideoObjectTracking", manifest=manifest, categories=categories)

    job = world.run(request)

    assert job["LabelingJobStatus"] == "Completed"
    assert job["LabelCounters"]["HumanLabeled"] == 2
    first, second = world.output("Cars")
    assert first["source-ref"] == "s3://in/clip-0.json"
    assert second["Cars-ref"] == (
        "s3://out/jobs/Cars/annotations/consolidated-annotation/output/1/SeqLabel.json"
    )
    assert len(world.objects.json(first["Cars-ref"])["tracking-annotations"]) == 3
    assert world.events.published == [
        {
            "source": "aws.sagemaker",
            "detail-type": "SageMaker Ground Truth Labeling Job State Change",
            "resources": ["arn:aws:sagemaker:us-east-1:123456789012:labeling-job/cars"],
            "detail": {"LabelingJobStatus": "Completed"},
        }
    ]
