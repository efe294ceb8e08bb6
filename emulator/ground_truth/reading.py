"""Reading all that a job works on: manifest, label categories, sequences, labels to audit."""

import logging
from dataclasses import replace

from emulator.ground_truth.categories import LabelCategories, read_categories
from emulator.ground_truth.errors import InputUnusable, LabelUnusable, ObjectUnusable
from emulator.ground_truth.interfaces import read_interface
from emulator.ground_truth.jobs import DataObject, Job, ObjectState
from emulator.ground_truth.kinds import KINDS
from emulator.ground_truth.labels import to_start_from
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.manifest import read_manifest
from emulator.ground_truth.ports import Functions, ObjectStore, StoreError
from emulator.ground_truth.pre_annotation import prepare_tasks
from emulator.ground_truth.task_types import CUSTOM

logger = logging.getLogger(__name__)


def read_input(job: Job, *, objects: ObjectStore, functions: Functions, limits: Limits) -> str:
    """Read a job's input into it; returns why it cannot work, or nothing."""
    try:
        _read(job, objects=objects, limits=limits)
        if job.task_type.name == CUSTOM:
            prepare_tasks(job, functions=functions)
            job.take_in(job.objects)
    except (InputUnusable, StoreError) as error:
        return str(error)
    except Exception as error:
        # A job must never hang because of what somebody put into a file.
        logger.exception("the input of %s could not be read", job.name)
        return f"The input of the labeling job could not be read ({error!r})."
    return ""


def _read(job: Job, *, objects: ObjectStore, limits: Limits) -> None:
    manifest = job.request["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"]
    lines = read_manifest(manifest, objects=objects)
    items = [DataObject(index, line) for index, line in enumerate(lines)]
    job.take_in(items)
    most = KINDS[job.task_type.name].max_objects(limits)
    if len(lines) > most:
        raise InputUnusable(
            f"The input manifest has {len(lines)} data objects, at most {most} are allowed."
        )
    job.categories = _categories(job, objects=objects)
    _read_interface(job, objects=objects)
    for item in items:
        if job.label_attribute in item.line:
            item.state = ObjectState.CARRIED
        else:
            _read_object(job, item, job.categories, objects=objects, limits=limits)
    job.take_in(items)


def _categories(job: Job, *, objects: ObjectStore) -> LabelCategories:
    """Its label category file; a custom task may do without one."""
    uri = job.request.get("LabelCategoryConfigS3Uri")
    if not uri:
        return LabelCategories()
    return read_categories(uri, task_type=job.task_type, objects=objects)


def _read_interface(job: Job, *, objects: ObjectStore) -> None:
    """What only its template says, if it has one. Forms of custom tasks name what they send
    themselves."""
    uri = job.human["UiConfig"].get("UiTemplateS3Uri")
    if not uri or job.categories is None or job.task_type.name == CUSTOM:
        return
    interface = read_interface(uri, objects=objects)
    job.answer_name = interface.answer_name
    if job.task_type.family == "image" and job.task_type.is_audit:
        if interface.audited_attribute is None:
            raise InputUnusable(f"The worker template {uri} shows no label of the manifest.")
        job.categories = replace(job.categories, audited_attribute=interface.audited_attribute)


def _read_object(
    job: Job,
    item: DataObject,
    categories: LabelCategories,
    *,
    objects: ObjectStore,
    limits: Limits,
) -> None:
    kind = KINDS[job.task_type.name]
    try:
        item.source = kind.read_source(item.line, objects=objects, limits=limits)
        if categories.audited_attribute is None:
            return
        audited = kind.read_label(
            item.line,
            categories.audited_attribute,
            objects=objects,
            source=item.source,
            categories=categories,
        )
        if not job.task_type.verifies:
            audited = to_start_from(audited, source=item.source, categories=categories)
        item.audited = audited
    except (LabelUnusable, ObjectUnusable) as error:
        # Such a line fails alone; the job goes on.
        logger.info("object %s of %s cannot be worked on: %s", item.index, job.name, error)
        item.state = ObjectState.FAILED
        item.failure = str(error)
