"""When to try again and after how long (pure), and the waiting that all threads of a run share."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import (
    AuthError,
    GatedError,
    GoneError,
    HubDownError,
    HubError,
    NotOnHubError,
    RateLimitedError,
)
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy

POLICY = Policy(retries=5, first=1.0, multiplier=2.0, cap=10.0, jitter=0.1, budget=100.0)
DOWN = HubDownError("down")


def pause(
    error: HubError, attempt: int = 1, waited: float = 0.0, answered: bool = True, chance: float = 0.0
) -> float | None:
    return POLICY.pause(error, attempt, waited=waited, answered=answered, chance=chance)


# --- the policy


def test_pauses_double_up_to_a_cap_and_then_it_is_given_up() -> None:
    assert [pause(DOWN, attempt) for attempt in range(1, 7)] == [1.0, 2.0, 4.0, 8.0, 10.0, None]


def test_chance_lengthens_a_pause_by_at_most_the_jitter() -> None:
    assert pause(DOWN, 3, chance=0.5) == pytest.approx(4.2)
    assert pause(DOWN, 5, chance=1.0) == pytest.approx(11.0)


@pytest.mark.parametrize("kind", [AuthError, GatedError, GoneError, NotOnHubError, HubError])
def test_an_answer_that_will_not_change_is_not_asked_for_again(kind: type[HubError]) -> None:
    assert pause(kind("no", wait=1.0)) is None


def test_a_wait_that_the_server_names_wins_over_the_backoff_and_its_cap() -> None:
    assert pause(HubDownError("down", wait=0.5), 4) == 0.5
    assert pause(RateLimitedError("limit", wait=55.0)) == 55.0
    assert pause(RateLimitedError("limit", wait=55.0), chance=1.0) == pytest.approx(55.1)


def test_waiting_longer_than_the_budget_is_giving_up() -> None:
    assert pause(RateLimitedError("limit", wait=100.0)) == 100.0
    assert pause(RateLimitedError("limit", wait=100.1)) is None
    assert pause(DOWN, 1, waited=99.0) == 1.0
    assert pause(DOWN, 1, waited=99.5) is None


def test_a_refused_connection_is_tried_again_only_once_the_endpoint_has_answered() -> None:
    refused = HubDownError("refused", connected=False)
    assert pause(refused, answered=False) is None
    assert pause(refused, answered=True) == 1.0
    assert pause(DOWN, answered=False) == 1.0


@given(
    st.builds(
        Policy,
        retries=st.integers(0, 10),
        first=st.floats(0, 5),
        multiplier=st.floats(1, 3),
        cap=st.floats(0, 60),
        jitter=st.floats(0, 1),
        budget=st.floats(0, 1000),
    ),
    st.floats(0, 1, exclude_max=True),
)
def test_a_run_never_waits_longer_than_its_budget(policy: Policy, chance: float) -> None:
    waited, attempt = 0.0, 0
    while True:
        attempt += 1
        seconds = policy.pause(DOWN, attempt, waited=waited, answered=True, chance=chance)
        if seconds is None:
            break
        assert 0 <= seconds <= policy.cap * (1 + policy.jitter)
        waited += seconds
    assert attempt <= policy.retries + 1
    assert waited <= policy.budget


# --- patience


class Clock:
    """A clock that only sleeping moves; what was slept is kept."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


def patience(clock: Clock, told: list[tuple[str, float]] | None = None, policy: Policy = POLICY) -> Patience:
    def report(error: HubError, seconds: float) -> None:
        if told is not None:
            told.append((error.what, seconds))

    return Patience(policy, report=report, sleep=clock.sleep, clock=clock, chance=lambda: 0.0)


class Failing:
    """Raises the given errors one after the other, then returns."""

    def __init__(self, *errors: HubError) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_a_call_that_fails_for_a_while_is_tried_until_it_succeeds() -> None:
    clock, told = Clock(), list[tuple[str, float]]()
    once = Failing(HubDownError("one"), HubDownError("two"), HubDownError("three"))
    assert patience(clock, told).call(once) == "done"
    assert clock.slept == [1.0, 2.0, 4.0]
    assert told == [("one", 1.0), ("two", 2.0), ("three", 4.0)]


def test_the_last_error_is_raised_when_there_is_no_use_in_another_try() -> None:
    clock = Clock()
    once = Failing(*[HubDownError(str(number)) for number in range(10)])
    with pytest.raises(HubDownError, match="5"):
        patience(clock).call(once)
    assert once.calls == 6
    assert clock.slept == [1.0, 2.0, 4.0, 8.0, 10.0]


def test_an_error_that_will_not_change_is_raised_at_once_and_still_counts_as_an_answer() -> None:
    clock = Clock()
    waiting = patience(clock)
    with pytest.raises(NotOnHubError):
        waiting.call(Failing(NotOnHubError("no")))
    assert clock.slept == []
    assert waiting.answered


def test_nobody_waits_for_an_endpoint_that_never_answered() -> None:
    clock = Clock()
    waiting = patience(clock)
    refused = HubDownError("refused", connected=False)
    with pytest.raises(HubDownError):
        waiting.call(Failing(refused))
    assert (clock.slept, waiting.answered) == ([], False)
    waiting.call(Failing())
    assert waiting.call(Failing(refused)) == "done", "it answered once, so a refused connection may pass"
    assert clock.slept == [1.0]


def test_the_budget_is_that_of_the_whole_run() -> None:
    clock = Clock()
    waiting = patience(clock)
    assert waiting.call(Failing(RateLimitedError("limit", wait=60.0))) == "done"
    with pytest.raises(RateLimitedError):
        waiting.call(Failing(RateLimitedError("limit", wait=60.0)))
    assert sum(clock.slept) == 60.0


def test_a_rate_limit_that_every_thread_is_told_of_is_waited_for_once() -> None:
    clock, told, sleeps = Clock(), list[float](), list[float]()
    limit = RateLimitedError("limit", wait=55.0)

    def sleep(seconds: float) -> None:
        wakes = clock.now + seconds
        sleeps.append(seconds)
        if len(sleeps) < 8:
            clock.now += 0.125  # while this thread sleeps, the next one gets the same answer
            waiting.wait_or_raise(limit, 1)
        clock.now = max(clock.now, wakes)

    waiting = Patience(
        POLICY, report=lambda error, seconds: told.append(seconds), sleep=sleep, clock=clock, chance=lambda: 0.0
    )
    waiting.wait_or_raise(limit, 1)
    assert told == [55.0], "one line for the user, not eight"
    assert clock.now == pytest.approx(1000.0 + 55.0 + 7 * 0.125)
    # 44 s of the budget of 100 s are left, so 44 s more may be waited for and 45 s not
    with pytest.raises(RateLimitedError):
        waiting.wait_or_raise(RateLimitedError("limit", wait=45.0), 1)
    waiting.wait_or_raise(RateLimitedError("limit", wait=44.0), 1)


def test_a_thread_that_comes_while_the_gate_is_closed_waits_before_it_asks() -> None:
    asked: list[float] = []
    waiting = Patience(Policy(first=0.01, jitter=0.0), chance=lambda: 0.0)
    limited = threading.Event()

    def limited_once() -> str:
        if not limited.is_set():
            limited.set()
            raise RateLimitedError("limit", wait=0.2)
        return "done"

    started = time.monotonic()
    one = threading.Thread(target=waiting.call, args=(limited_once,))
    one.start()
    limited.wait()
    time.sleep(0.05)
    waiting.call(lambda: asked.append(time.monotonic() - started))
    one.join()
    assert asked[0] >= 0.19


def test_with_real_threads_one_wait_serves_all_of_them() -> None:
    told: list[float] = []
    waiting = Patience(Policy(budget=0.5), report=lambda error, seconds: told.append(seconds))
    start = threading.Barrier(8)
    failed: list[BaseException] = []

    def work() -> None:
        first = True

        def once() -> str:
            nonlocal first
            if first:
                first = False
                start.wait()
                raise RateLimitedError("limit", wait=0.2)
            return "done"

        try:
            waiting.call(once)
        except BaseException as exc:
            failed.append(exc)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # eight waits of 0.2 s one after the other would be far over the budget of 0.5 s
    assert failed == []
    assert len(told) == 1


def test_a_patience_without_arguments_waits_by_the_default_policy() -> None:
    assert Patience().policy == Policy()
    assert Policy().budget == 600.0
