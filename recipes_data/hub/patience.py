"""Carries the retry policy out: the waits of one run, shared by all its threads."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from recipes_data.errors import HubError, RateLimitedError
from recipes_data.hub.retry import Policy

__all__ = ["Patience"]

T = TypeVar("T")


class Patience:
    """Counts what a run has waited, and makes every thread wait where the Hub asks for it.

    `report(error, seconds)` is told before each wait. `sleep` and `clock` are for tests.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        report: Callable[[HubError, float], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.policy = policy or Policy()
        self.answered = False
        self._report = report or (lambda error, seconds: None)
        self._sleep = sleep
        self._clock = clock
        self._waited = 0.0
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def call(self, once: Callable[[], T]) -> T:
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
        """Wait until the moment that the Hub named to any thread of this run."""
        while (left := self._closed_until - self._clock()) > 0:
            self._sleep(left)

    def wait_or_raise(self, error: HubError, attempt: int) -> None:
        """Sleep before the next try, or raise `error` if there is to be none.

        `attempt` counts tries without progress, from 1.
        """
        if error.connected:
            self.answered = True
        with self._lock:
            seconds = self.policy.pause(
                error, attempt, waited=self._waited, answered=self.answered, chance=random.random()
            )
            if seconds is None:
                raise error
            shared = isinstance(error, RateLimitedError)
            opens = self._clock() + seconds
            if shared and opens <= self._closed_until:
                seconds = 0.0  # another thread was told the same: one wait serves both
            else:
                self._waited += seconds
                if shared:
                    self._closed_until = opens
        if seconds:
            self._report(error, seconds)
            self._sleep(seconds)
