"""Objects that are read before they are asked for: what comes of them, and when threads end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar, copy_context
from datetime import UTC, datetime
from functools import partial

import pytest

from labeling.background import Background, Once, looking_ahead
from labeling.errors import ObjectUnreadable
from labeling.read_ahead import ReadAhead
from tests.fakes import FakeObjects

HUNDRED = [f"s3://b/{number}" for number in range(100)]
caller: ContextVar[str] = ContextVar("caller", default="nobody")


class Killed(BaseException):
    """The process is gone."""


class Counting(FakeObjects):
    """Counts how often each object is fetched, and by whom; some end the process."""

    def __init__(self) -> None:
        super().__init__(lambda: datetime(2026, 3, 1, tzinfo=UTC))
        self.reads: Counter[str] = Counter()
        self.callers: set[str] = set()
        self.deadly: set[str] = set()

    def read_bytes(self, uri: str) -> bytes:
        self.reads[uri] += 1
        self.callers.add(caller.get())
        if uri in self.deadly:
            raise Killed(uri)
        return super().read_bytes(uri)


@pytest.fixture
def objects() -> Counting:
    there = Counting()
    for number, uri in enumerate(HUNDRED):
        there.write(uri, f"{number}\n" * 10)
    return there


@pytest.fixture
def threads() -> Iterator[None]:
    """There are no more afterwards than before."""
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def test_what_was_read_ahead_is_what_is_there(objects: Counting, threads: None) -> None:
    with ReadAhead(objects) as ahead:
        ahead.expect(HUNDRED, of="all")
        found = [ahead.read_bytes(uri) for uri in reversed(HUNDRED)]

    assert found == [FakeObjects.read_bytes(objects, uri) for uri in reversed(HUNDRED)]


def test_lines_are_those_of_the_object(objects: Counting) -> None:
    objects.write(HUNDRED[0], "one\r\n\n two\n\r\nthree")
    with ReadAhead(objects) as ahead:
        ahead.expect(HUNDRED[:1], of="it")
        found = list(ahead.lines(HUNDRED[0]))

    assert found == list(objects.lines(HUNDRED[0])) == ["one", " two", "three"]


def test_what_is_expected_is_fetched_once_however_often_it_is_read(objects: Counting) -> None:
    with ReadAhead(objects) as ahead:
        ahead.expect([*HUNDRED, *HUNDRED], of="all")
        for uri in [*HUNDRED, *HUNDRED]:
            ahead.read_bytes(uri)
            list(ahead.lines(uri))

    assert set(objects.reads.values()) == {1}


def test_what_is_not_expected_is_read_all_the_same(objects: Counting) -> None:
    with ReadAhead(objects) as ahead:
        ahead.expect(HUNDRED[:1], of="it")
        ahead.forget("it")

        assert ahead.read_bytes(HUNDRED[0]) == ahead.read_bytes(HUNDRED[0])
        assert list(ahead.lines(HUNDRED[1])) == ["1"] * 10


def test_an_error_is_raised_where_the_object_is_asked_for(objects: Counting) -> None:
    objects.binaries["s3://b/picture"] = b"good\n\xff"
    with ReadAhead(objects) as ahead:
        ahead.expect(["s3://b/absent", "s3://b/picture", *HUNDRED], of="all")

        assert ahead.read_bytes(HUNDRED[7]) == b"7\n" * 10
        for _ in range(2):
            with pytest.raises(ObjectUnreadable, match="absent"):
                ahead.read_bytes("s3://b/absent")
        with pytest.raises(ObjectUnreadable, match="not UTF-8"):
            list(ahead.lines("s3://b/picture"))


def test_an_error_of_what_nobody_asks_for_is_none(objects: Counting, threads: None) -> None:
    with ReadAhead(objects) as ahead:
        ahead.expect(["s3://b/absent"], of="it")


def test_no_more_is_held_than_may_be(objects: Counting) -> None:
    size = len(objects.texts[HUNDRED[50]])
    held = []
    with ReadAhead(objects, workers=2, most_held=10 * size) as ahead:
        for uri in HUNDRED:
            ahead.expect([uri], of=uri)
        for uri in HUNDRED:
            held.append(ahead.held)
            ahead.read_bytes(uri)
            ahead.forget(uri)

        assert ahead.held == 0
    # what was begun before there was too much comes on top: for each thread one that runs, and one
    # that waits
    assert 0 < max(held) < (10 + 2 * 2) * size


def test_what_is_too_large_is_read_when_it_is_asked_for(objects: Counting) -> None:
    objects.write("s3://b/large", "x" * 5_000)
    with ReadAhead(objects, largest=4_000) as ahead:
        ahead.expect(["s3://b/large"], of="it")

        assert ahead.read_bytes("s3://b/large") == b"x" * 5_000
        assert list(ahead.lines("s3://b/large")) == ["x" * 5_000]
        assert ahead.held == 0


def test_other_work_can_be_begun_too(threads: None) -> None:
    with ReadAhead(Counting()) as ahead:
        ahead.begin("sum", partial(sum, (1, 2, 3)), of="it")

        assert ahead.result("sum", lambda: 0) == 6
        assert ahead.result("another", lambda: 7) == 7


def test_threads_know_whose_they_are(objects: Counting) -> None:
    def read() -> None:
        caller.set("CompleteBatch")
        with ReadAhead(objects) as ahead:
            ahead.expect(HUNDRED, of="all")
            ahead.read_bytes(HUNDRED[-1])

    copy_context().run(read)

    assert objects.callers == {"CompleteBatch"}


def test_what_ends_a_process_ends_it_from_a_thread_too(objects: Counting, threads: None) -> None:
    objects.deadly.add(HUNDRED[0])

    def read() -> None:
        with ReadAhead(objects, workers=1) as ahead:
            ahead.expect(HUNDRED[:2], of="both")
            ahead.read_bytes(HUNDRED[1])

    with pytest.raises(Killed):
        read()


def test_what_was_not_begun_when_it_is_over_never_is(objects: Counting, threads: None) -> None:
    begun = threading.Event()
    go_on = threading.Event()
    done: list[int] = []

    def work(number: int) -> None:
        begun.set()
        go_on.wait()
        done.append(number)

    with Background(workers=1) as background:
        for number in range(10):
            background.begin(partial(work, number))
        begun.wait()
        threading.Timer(0.05, go_on.set).start()

    assert done == [0]
    assert background.is_over


def test_a_function_is_called_once_for_each_argument_whichever_thread_asks() -> None:
    calls: Counter[int] = Counter()
    together = threading.Barrier(8)

    def half(number: int) -> int:
        calls[number] += 1
        if number % 2:
            raise ObjectUnreadable(f"{number} is odd")
        return number // 2

    once = Once(half)

    def ask(number: int) -> int:
        together.wait()
        return once(number)

    with Background(workers=8) as background:
        asked = [background.begin(partial(ask, number // 4)) for number in range(8)]

        assert [future.result() for future in asked[:4]] == [0] * 4
        for future in asked[4:]:
            with pytest.raises(ObjectUnreadable, match="1 is odd"):
                future.result()
    assert calls == {0: 1, 1: 1}


def test_looking_ahead_begins_each_item_so_many_before_it_is_taken() -> None:
    begun: list[int] = []

    taken = [(number, len(begun)) for number in looking_ahead(range(10), begun.append, 3)]

    assert taken == [(number, min(number + 4, 10)) for number in range(10)]
    assert begun == list(range(10))
