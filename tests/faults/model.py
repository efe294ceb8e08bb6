"""A small model of how a batch is kept exactly-once, searched state by state.

Every step of an actor is one call to AWS. Steps interleave in any way, actors may die between any
two, messages may come twice, and people stop, retry and approve when they like. Not modelled: SNS,
what the service refuses, more than one level before the approval.

    python -m tests.faults.search      # the shortest bad trace without each guard; with all, none
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.model_state import WAITING, Actor, Attempt, Bounds, Job, Message, State, Token

Step = tuple[str, State]


class Model:
    """What may come next; `without` is the guard that is left out."""

    def __init__(self, bounds: Bounds, without: str = "") -> None:
        self.bounds = bounds
        self._without = without

    def steps(self, s: State) -> Iterator[Step]:
        yield from self._ground_truth(s)
        for run in range(len(s.executions)):
            yield from self._execution(s, run)
        yield from self._late_wake(s)
        yield from self._deliveries(s)
        for actor in s.actors:
            others = s._replace(actors=s.actors - {actor})
            yield from self._act(others, actor)
            if s.deaths:
                yield from self._death(others, actor)
        yield from self._people(s)
        if not s.actors and not s.messages:
            yield from self._reconciler(s)

    def _keeps(self, guard: str) -> bool:
        return guard != self._without

    def _ground_truth(self, s: State) -> Iterator[Step]:
        for j, attempts in enumerate(s.labeling):
            for a, attempt in enumerate(attempts):
                ends = []
                if attempt.status == "running":
                    ends = [attempt._replace(status="completed", labeled=attempt.asked)]
                    if self.bounds.failures:
                        ends.append(attempt._replace(status="failed"))
                elif attempt.status == "stopping":
                    ends = [attempt._replace(status="stopped", labeled=attempt.asked)]
                for end in ends:
                    told = s.told(Message(j, a)).with_attempt(j, a, end)
                    yield f"Ground Truth: job {j}.{a} has {end.status}", told

    # --- the state machine

    def _execution(self, s: State, run: int) -> Iterator[Step]:
        place, name = s.executions[run], f"execution {run}"
        over = s.batch != "in progress"
        stale = self._keeps("run") and run != s.run
        if place == "error":
            nothing = over or stale
            said = "changes nothing" if nothing else "the batch has failed"
            after = s if nothing else s._replace(batch="failed")
            yield f"{name}: BatchError, {said}", after.at(run, "over")
        elif place in ("reset", "trigger", *WAITING, "end") and (over or stale):
            yield f"{name}: StaleRun", s.at(run, "error")
        elif place == "reset":
            yield self._reset(s, run)
        elif place == "trigger":
            queued = [(j, job.attempt) for j, job in enumerate(s.jobs) if job.status == "queued"]
            starting = s.acting(*(Actor("claim", j, a) for j, a in queued))
            yield f"{name}: starts its jobs", starting.at(run, "check")
        elif place in WAITING:
            yield from self._wait_function(s, run, WAITING.index(place))
        elif place == "end":
            yield f"{name}: the batch is complete", s._replace(batch="complete").at(run, "over")

    def _reset(self, s: State, run: int) -> Step:
        """One transaction a job, then the next state."""
        for j, job in enumerate(s.jobs):
            if job.status in ("failed", "stopped") and job.run < run:
                return f"execution {run}: job {j} begins again", self._again(s, j)
        return f"execution {run}: no job is left to reset", s.at(run, "trigger")

    def _again(self, s: State, j: int) -> State:
        """The job's next attempt; complete, where the last one left nothing to label."""
        job = s.jobs[j]
        last = s.labeling[j][job.attempt]
        if job.counted:
            s = s._replace(failed=s.failed - 1)
        if self._keeps("stopping") and job.stopping and not last.over:
            return s.with_job(j, job._replace(status="running", run=s.run, counted=False))
        if last.over and last.labeled:
            done = Job("complete", job.attempt, s.run, counted=True)
            return s._replace(complete=s.complete + 1).with_job(j, done)
        return s.with_job(j, Job("queued", job.attempt + 1, s.run))

    def _wait_function(self, s: State, run: int, state: int) -> Iterator[Step]:
        name = f"execution {run}: {WAITING[state]}"
        first, second = Token(run, state, 0), Token(run, state, 1)
        yield f"{name} stores its token", self._store(s, first).at(run, f"{WAITING[state]} 0")
        if s.hangs:
            hung = s._replace(hangs=s.hangs - 1, late=first).at(run, f"{WAITING[state]} 1")
            yield f"{name} hangs, its second try stores a token", self._store(hung, second)

    def _late_wake(self, s: State) -> Iterator[Step]:
        if s.late:
            yield "the try that hung stores its token", self._store(s._replace(late=None), s.late)

    def _store(self, s: State, token: Token) -> State:
        place = token.state if self._keeps("own token") else 0
        there = s.tokens[place]
        if self._keeps("order") and there is not None and there > token:
            return s
        stored = s._replace(tokens=(*s.tokens[:place], token, *s.tokens[place + 1 :]))
        return stored.told(Message())

    # --- the listener

    def _deliveries(self, s: State) -> Iterator[Step]:
        if sum(not actor.starts for actor in s.actors) >= self.bounds.listeners:
            return
        for message in s.messages:
            does = "settle" if message.job < 0 else "describe"
            taken = s.acting(Actor(does, message.job, message.attempt))
            if taken.actors == s.actors:
                continue
            yield f"listener gets {message}", taken._replace(messages=s.messages - {message})
            if s.duplicates:
                again = taken._replace(duplicates=s.duplicates - 1)
                yield f"listener gets {message}, which will come again", again

    def _act(self, s: State, actor: Actor) -> Iterator[Step]:
        j, a = actor.job, actor.attempt
        match actor.does:
            case "describe":
                seen = s.labeling[j][a].status
                knows = s.acting(actor._replace(does="record", seen=seen))
                yield f"listener: job {j}.{a} is {seen}", knows
            case "record":
                what, after = self._record(s, actor)
                yield f"listener: job {j}.{a}: {what}", after.acting(Actor("settle"))
            case "settle":
                yield from self._settle(s)
            case "answer":
                yield self._answer(s, actor)
            case "claim":
                yield self._claim(s, actor)
            case "create":
                yield self._create(s, actor)
            case "confirm":
                yield self._confirm(s, actor)

    def _record(self, s: State, actor: Actor) -> Step:
        """One transaction: the job's end and its level's count."""
        j, job = actor.job, s.jobs[actor.job]
        if actor.seen not in ("completed", "failed", "stopped"):
            return "not over", s
        if self._keeps("attempt") and job.attempt != actor.attempt:
            return "another attempt", s
        if self._keeps("once") and job.status in ("complete", "failed", "stopped"):
            return "a duplicate", s
        if job.stopping and actor.seen == "stopped":
            if s.batch == "in progress":
                return "it begins again", self._again(s, j)
            return "stopped with its batch", s.with_job(j, job._replace(status="stopped"))
        if actor.seen == "completed":
            done = s.with_job(j, job._replace(status="complete", counted=True))
            return "complete", done._replace(complete=s.complete + 1)
        ended = s.with_job(j, job._replace(status="failed", counted=True))
        return "failed", ended._replace(failed=s.failed + 1)

    def _settle(self, s: State) -> Iterator[Step]:
        """A consistent look at batch, level and tokens; the answer is another call."""
        if s.batch == "stopped":
            yield self._stop_one(s)
            return
        for place, token in reversed(list(enumerate(s.tokens))):
            if token is None or s.batch != "in progress":
                continue
            if self._keeps("run") and token.run != s.run:
                continue
            if place == 0 and s.failed:
                answer = Actor("answer", seen="error", token=token)
            elif s.approved if place else s.complete >= len(s.jobs):
                answer = Actor("answer", seen="success", token=token)
            else:
                break
            yield f"listener: {WAITING[place]} may go on", s.acting(answer)
            return
        yield "listener: nothing to answer", s

    def _answer(self, s: State, actor: Actor) -> Step:
        token = actor.token
        assert token is not None
        said = f"listener: {actor.seen} for {WAITING[token.state]} of execution {token.run}"
        if s.executions[token.run] != f"{WAITING[token.state]} {token.tried}":
            return f"{said}: the token is over", s
        onward = "approve" if token.state == 0 and self.bounds.approval else "end"
        return said, s.at(token.run, onward if actor.seen == "success" else "error")

    def _stop_one(self, s: State) -> Step:
        for j, job in enumerate(s.jobs):
            attempt = s.labeling[j][job.attempt]
            if job.status == "running" and attempt.status == "running":
                marked = s.with_job(j, job._replace(stopping=True)).told(Message())
                stopping = attempt._replace(status="stopping")
                said = f"listener: asks job {j}.{job.attempt} to stop"
                return said, marked.with_attempt(j, job.attempt, stopping)
        return "listener: nothing to stop", s

    # --- starting a job

    def _claim(self, s: State, actor: Actor) -> Step:
        j, job = actor.job, s.jobs[actor.job]
        name = f"starter: job {j}.{actor.attempt}"
        wanted = s.batch == "in progress" or not self._keeps("claim")
        if not wanted or job.status != "queued" or job.attempt != actor.attempt:
            return f"{name} is not claimed", s
        claimed = s.with_job(j, job._replace(status="starting"))
        return f"{name} is claimed", claimed.acting(actor._replace(does="create"))

    def _create(self, s: State, actor: Actor) -> Step:
        """A name that is there already is ours, and adopted."""
        j, a = actor.job, actor.attempt
        if s.labeling[j][a].status == "none":
            left = not any(before.over and before.labeled for before in s.labeling[j][:a])
            s = s.with_attempt(j, a, Attempt("running", asked=left))
        confirming = s.acting(actor._replace(does="confirm"))
        return f"starter: CreateLabelingJob {j}.{a}", confirming

    def _confirm(self, s: State, actor: Actor) -> Step:
        j, a = actor.job, actor.attempt
        job, attempt = s.jobs[j], s.labeling[j][a]
        if job.attempt == a and job.status == "starting":
            s = s.with_job(j, job._replace(status="running"))
        if s.batch != "in progress" and attempt.status == "running":
            s = s.with_job(j, s.jobs[j]._replace(stopping=True))
            return f"starter: stops job {j}.{a}", s.with_attempt(
                j, a, attempt._replace(status="stopping")
            )
        return f"starter: job {j}.{a} runs", s

    # --- what else may happen

    def _death(self, s: State, actor: Actor) -> Iterator[Step]:
        """A listener's message comes again; a starter's job is found by the reconciler."""
        left = s._replace(deaths=s.deaths - 1)
        if not actor.starts:
            left = left.told(Message(actor.job, actor.attempt))
        yield f"who was to {actor.does} dies", left

    def _people(self, s: State) -> Iterator[Step]:
        if s.stops and s.batch == "in progress":
            stopped = s._replace(batch="stopped", stops=s.stops - 1).told(Message())
            yield "POST /batch/stop", stopped
        if s.retries and s.batch in ("failed", "stopped"):
            begun = s._replace(batch="in progress", run=s.run + 1, retries=s.retries - 1)
            yield "POST /batch/retry", begun
        if s.batch == "in progress" and s.executions[s.run] == "none":
            yield f"StartExecution {s.run}", s.at(s.run, "reset")
        if s.executions[s.run].startswith("approve ") and not s.approved:
            yield "POST /batch-metadata/post", s._replace(approved=True).told(Message())
        for run, place in enumerate(s.executions):
            gone = run < s.run or s.batch == "stopped"
            if gone and place not in ("none", "over", "error"):
                yield f"StopExecution {run}", s.at(run, "over")

    def _reconciler(self, s: State) -> Iterator[Step]:
        yield "the reconciler settles", s.acting(Actor("settle"))
        for j, job in enumerate(s.jobs):
            attempt = s.labeling[j][job.attempt]
            if s.timeouts and job.status == "running" and attempt.status == "running":
                yield f"the reconciler gives job {j} up", self._give_up(s, j)
            if job.status == "running" and attempt.over:
                yield (
                    f"the reconciler looks at job {j}",
                    s.acting(Actor("describe", j, job.attempt)),
                )
            if job.status == "queued" and s.batch == "in progress":
                yield f"the reconciler starts job {j}", s.acting(Actor("claim", j, job.attempt))
            if job.status == "starting":
                yield from self._take_over(s, j)

    def _give_up(self, s: State, j: int) -> State:
        """The job takes longer than JobCompletionTimeout."""
        job = s.jobs[j]
        attempt = s.labeling[j][job.attempt]._replace(status="stopping")
        failed = job._replace(status="failed", stopping=True, counted=True)
        counted = s._replace(failed=s.failed + 1, timeouts=s.timeouts - 1)
        return counted.with_job(j, failed).with_attempt(j, job.attempt, attempt)

    def _take_over(self, s: State, j: int) -> Iterator[Step]:
        job = s.jobs[j]
        if s.batch == "in progress" or s.labeling[j][job.attempt].status != "none":
            actor = Actor("create", j, job.attempt)
            yield f"the reconciler takes over job {j}", s.acting(actor)
        else:
            queued = s.with_job(j, job._replace(status="queued"))
            yield f"the reconciler puts job {j} back", queued
