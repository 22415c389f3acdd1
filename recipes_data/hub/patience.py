"""The only home of waiting: carries the retry policy out, for the waits of one run, shared by all its threads."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from recipes_data.errors import HubError, RateLimitedError
from recipes_data.hub.gate import Gate
from recipes_data.hub.retry import Policy

__all__ = ["Patience"]

_T = TypeVar("_T")


def _tell_nobody(_error: HubError, _seconds: float) -> None:
    return None


class Patience:
    """Counts what a run has waited, and makes every thread wait where the Hub asks for it.

    `report(error, seconds)` is told before each wait. `gate` is shared with other
    runs. `sleep`, `clock` and `chance` are for tests.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        report: Callable[[HubError, float], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        gate: Gate | None = None,
    ) -> None:
        self.policy = policy or Policy()
        self.answered = False
        self._report = report or _tell_nobody
        self._sleep = sleep
        self._clock = clock
        self._chance = chance
        self._gate = gate
        self._waited = 0.0
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def call(self, once: Callable[[], _T]) -> _T:
        """The result of `once`, tried again as the policy says.

        Raises:
            HubError: the last one, when there is no use in another try.
        """
        attempt = 0
        while True:
            self.pass_gate()
            try:
                result = once()
            except HubError as error:
                attempt += 1
                self.wait_or_raise(error, attempt)
            else:
                self.answered = True
                return result

    def pass_gate(self) -> None:
        """Wait until the moment that the Hub named to any thread of this run, or to any run on this store."""
        while (left := max(self._closed_until - self._clock(), self._gate.left() if self._gate else 0.0)) > 0:
            self._sleep(left)

    def wait_or_raise(self, error: HubError, attempt: int) -> None:
        """Sleep before the next try, or raise `error` if there is to be none.

        `attempt` counts tries without progress, from 1.
        """
        if error.connected:
            self.answered = True
        shared = isinstance(error, RateLimitedError)
        with self._lock:
            now = self._clock()
            # what another thread already waits for is not counted twice: one wait serves all
            running = max(0.0, self._closed_until - now) if shared else 0.0
            seconds = self.policy.pause(
                error, attempt, waited=self._waited - running, answered=self.answered, chance=self._chance()
            )
            if seconds is None:
                raise error
            self._waited += max(0.0, seconds - running)
            if shared:
                self._closed_until = max(self._closed_until, now + seconds)
                if self._gate is not None:
                    self._gate.close(seconds)
        if not running:
            self._report(error, seconds)
        if shared:
            self.pass_gate()
        else:
            self._sleep(seconds)
