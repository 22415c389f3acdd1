"""The only home of the retry policy of every call, metadata and bytes alike: when to try again, and after how long.

Pure: time, chance and the number of tries come in as arguments, a number of seconds goes out.
"""

from __future__ import annotations

from dataclasses import dataclass

from recipes_data.errors import HubDownError, HubError, RateLimitedError

__all__ = ["Policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Exponential backoff under a budget. All times in seconds.

    Pauses are `first * multiplier**n`, at most `cap`, each lengthened by up to `jitter` of itself;
    a wait that the server names wins. `budget` bounds the sum of all pauses of a run.
    """

    retries: int = 5
    first: float = 1.0
    multiplier: float = 2.0
    cap: float = 60.0
    jitter: float = 0.1
    budget: float = 600.0

    def pause(
        self, error: HubError, attempt: int, *, waited: float, answered: bool, chance: float = 0.0
    ) -> float | None:
        """Seconds before the next try, or None to give up.

        `attempt` counts the tries that failed without progress, from 1; `waited`: pauses so far in
        this run; `answered`: whether the endpoint answered anything in this run (before that, a
        refused connection means that there is nobody to wait for); `chance` in [0, 1).
        """
        if not isinstance(error, (HubDownError, RateLimitedError)) or attempt > self.retries:
            return None
        if not error.connected and not answered:
            return None
        seconds = min(self.cap, self.first * self.multiplier ** (attempt - 1)) * (1 + self.jitter * chance)
        if error.wait:  # a server that names a moment that has passed is still not asked at once
            seconds = error.wait + self.jitter * chance
        return seconds if waited + seconds <= self.budget else None
