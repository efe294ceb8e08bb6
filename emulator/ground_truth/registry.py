"""All jobs of an account and region, the lock over them, and who waits for a change."""

from threading import Condition, RLock
from typing import Final

from emulator.ground_truth.errors import ResourceNotFound
from emulator.ground_truth.jobs import Job


class Registry:
    """Jobs by lower-case name. Hold `lock` to read or change any of them."""

    def __init__(self) -> None:
        self.lock: Final = RLock()
        self._changed = Condition(self.lock)
        self._jobs: dict[str, Job] = {}
        self._running: dict[str, Job] = {}
        self._version = 0

    def all(self) -> list[Job]:
        with self.lock:
            return list(self._jobs.values())

    def running(self) -> list[Job]:
        """The jobs that have not ended, oldest first."""
        with self.lock:
            return list(self._running.values())

    def find(self, name: str) -> Job | None:
        with self.lock:
            return self._jobs.get(name.lower())

    def get(self, name: str) -> Job:
        job = self.find(name)
        if job is None:
            raise ResourceNotFound(f"Labeling job {name} does not exist.")
        return job

    def add(self, job: Job) -> None:
        with self.lock:
            self._jobs[job.name.lower()] = job
            self._running[job.name.lower()] = job
            self.announce()

    def retire(self, job: Job) -> None:
        """It has ended; its name stays used for ever."""
        with self.lock:
            if self._running.get(job.name.lower()) is job:
                del self._running[job.name.lower()]
            self.announce()

    def clear(self) -> None:
        """Forget all of them, their names included."""
        with self.lock:
            self._jobs.clear()
            self._running.clear()
            self.announce()

    def announce(self) -> None:
        """Tell those who wait that something changed."""
        with self.lock:
            self._version += 1
            self._changed.notify_all()

    def wait_for_change(self, seen: int, timeout: float) -> int:
        """Wait until the version is not `seen` any more, at most `timeout` real seconds."""
        with self.lock:
            self._changed.wait_for(lambda: self._version != seen, timeout)
            return self._version
