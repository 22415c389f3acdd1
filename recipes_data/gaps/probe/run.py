"""The verb `probe`: every scenario is played to a driver, and the Hub's log and the answers are judged."""

from __future__ import annotations

import os
import re
import tempfile
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from recipes_data.errors import UnknownNameError
from recipes_data.gaps.operations import Operations
from recipes_data.gaps.probe.driving import Answer, Driver, driver_environment
from recipes_data.gaps.probe.outcome import ProbeReport, ScenarioResult, Verdict
from recipes_data.gaps.probe.rules import content_of
from recipes_data.gaps.probe.scenarios import scenarios
from recipes_data.gaps.probe.server import ProbeHub
from recipes_data.gaps.probe.stage import TOKENS, Who
from recipes_data.gaps.probe.trial import Lane, Scenario, Trial
from recipes_data.gaps.probe.wirelog import lines_of

__all__ = ["probe", "selected"]

_CLIENT = "probe.client"
_QUOTED = 200  # characters of what a driver said
_MOST_BREAKDOWNS = 3  # in a row, after which the rest of a lane is not tried
_UNREPEATABLE = re.compile(
    r"(?<=Signature=)[0-9a-f]+|Root=[\w;=-]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|0x[0-9a-f]{6,}"
)


def probe(
    command: Sequence[str],
    operations: Operations,
    *,
    only: Collection[str] = (),
    timeout: float = 30.0,
    environ: Mapping[str, str] | None = None,
) -> ProbeReport:
    """Play the scenarios of these operations to the driver that `command` starts, and judge them.

    `only`: ids of operations or of scenarios; empty means all. `timeout`: seconds for all calls of one scenario.
    `environ`: what the driver's environment is made from, the process's own by default; the user's Hub settings, token
    and proxies are taken out of it. A driver that hangs, dies or talks nonsense has failed the scenario; it is started
    anew for the next one, until that did not help three times in a row.

    Raises:
        UnknownNameError: `only` has an id that no operation and no scenario has.
        UsageError: the command cannot be started.
    """
    chosen = selected(operations, only)
    around = dict(os.environ if environ is None else environ)
    lanes: dict[tuple[Who, Lane], list[Scenario]] = {}
    for scenario in chosen:
        if not scenario.unverifiable:
            lanes.setdefault((scenario.who, scenario.lane), []).append(scenario)
    client, played = _played(command, around, timeout, list(lanes.values()))
    ended = tuple(played.get(each.id) or _unplayed(each) for each in chosen)
    return ProbeReport(tuple(command), client, (*ended, *_without_scenario(operations, only)))


def _played(
    command: Sequence[str], environ: Mapping[str, str], timeout: float, lanes: Sequence[Sequence[Scenario]]
) -> tuple[str, dict[str, ScenarioResult]]:
    """What the driver calls its client, and the results by scenario; the lanes are played side by side."""
    running = [_Lane(command, environ, timeout) for _ in lanes]
    with ThreadPoolExecutor(max_workers=max(1, len(lanes))) as pool:
        try:
            ended = list(pool.map(_Lane.play, running, lanes))
        except BaseException:
            for lane in running:
                lane.stop()  # nobody waits for the scenarios that are left
            raise
    client = next((said for said, _ in ended if said), "")
    return client, {result.scenario: result for _, results in ended for result in results}


def selected(operations: Operations, only: Collection[str] = ()) -> list[Scenario]:
    """Scenarios of the operations of a table, in their order; `only` as in `probe`."""
    rows = operations.by_id()
    offered = [each for each in scenarios() if each.operation in rows]
    known = {*rows, *(each.id for each in offered)}
    unknown = sorted(set(only) - known)
    if unknown:
        raise UnknownNameError(
            f"no operation and no scenario is called {', '.join(map(repr, unknown))}",
            f"there is: {', '.join(sorted(known))}",
        )
    return [each for each in offered if not only or each.operation in only or each.id in only]


def _without_scenario(operations: Operations, only: Collection[str]) -> Iterable[ScenarioResult]:
    covered = {each.operation for each in scenarios()}
    for row in operations.rows:
        if row.id not in covered and (not only or row.id in only):
            seen = ("no scenario was written for this operation",)
            yield ScenarioResult(row.id, f"{row.id}/none", row.title, "not verifiable offline", seen=seen)


def _unplayed(scenario: Scenario) -> ScenarioResult:
    return _result(scenario, "not verifiable offline", (scenario.unverifiable,), ())


def _result(scenario: Scenario, verdict: Verdict, seen: Iterable[str], requests: Iterable[str]) -> ScenarioResult:
    return ScenarioResult(
        operation=scenario.operation,
        scenario=scenario.id,
        title=scenario.title,
        verdict=verdict,
        expected=tuple(rule.expected for rule in scenario.rules),
        seen=tuple(seen),
        requests=tuple(requests),
        informative=scenario.informative,
    )


class _Lane:
    """Scenarios played one after another: one Hub, and one driver until it breaks down."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], timeout: float) -> None:
        self._command = command
        self._environ = environ
        self._timeout = timeout
        self._driver: Driver | None = None
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Play no further scenario, and end the driver."""
        self._stopped.set()
        driver = self._driver
        if driver is not None:
            driver.kill()

    def play(self, scenarios: Sequence[Scenario]) -> tuple[str, list[ScenarioResult]]:
        """What the driver calls its client, and the results in the order of the scenarios."""
        results: list[ScenarioResult] = []
        breakdowns, self._client = 0, ""
        with ProbeHub() as hub, tempfile.TemporaryDirectory(prefix="probe-home-") as home:
            self._hub, self._home = hub, home
            try:
                for scenario in scenarios:
                    if self._stopped.is_set():
                        break
                    if breakdowns == _MOST_BREAKDOWNS:
                        seen = f"not tried: the driver had broken down {breakdowns} times in a row"
                        results.append(_result(scenario, "failed", (seen,), ()))
                        continue
                    result, broken = self._one(scenario)
                    breakdowns = breakdowns + 1 if broken else 0
                    results.append(result)
            finally:
                self._end()
        return self._client, results

    def _one(self, scenario: Scenario) -> tuple[ScenarioResult, bool]:
        state = self._hub.play(scenario.stage)
        answers, logs, contents, left = [], [], [], self._timeout
        begin = len(self._hub.log)
        for call in scenario.calls:
            self._hub.write(call.changes)
            place, began = len(self._hub.log), time.monotonic()
            args = {**call.args, **({"revision": state.commit_of(call.at_commit)} if call.at_commit else {})}
            answer = self._ask(scenario.who, call.op, args, max(0.1, left), offline=call.offline)
            left -= time.monotonic() - began
            answers.append(answer)
            logs.append(self._hub.log.since(place))
            contents.append(content_of(answer.ok))
            if answer.broken or answer.type == "unsupported":
                break
        requests = lines_of(self._hub.log.since(begin, patience=0.0))
        last = answers[-1]
        if last.broken:
            self._end()
            return _result(scenario, "failed", (self._quoted(f"call {len(answers)}: {last.broken}"),), requests), True
        if last.type == "unsupported":
            seen = f"the client has no {scenario.calls[len(answers) - 1].op}: {last.message}".rstrip(": ")
            return _result(scenario, "unsupported", (self._quoted(seen),), requests), False
        trial = Trial(state, tuple(answers), tuple(logs), tuple(contents))
        faults = [
            f"{self._quoted(fault)} (expected: {rule.expected})"
            for rule in scenario.rules
            if (fault := rule.broken(trial)) is not None
        ]
        return _result(scenario, "failed" if faults else "passed", faults, requests), False

    def _ask(self, who: Who, op: str, args: Mapping[str, object], seconds: float, *, offline: bool) -> Answer:
        if offline:
            # the same home with the network switched off: what was fetched must do
            with self._start(who, offline=True) as driver:
                hello = driver.ask(_CLIENT, {}, self._timeout)
                return hello if hello.broken else driver.ask(op, args, seconds)
        if self._driver is None:
            self._driver = self._start(who, offline=False)
            hello = self._driver.ask(_CLIENT, {}, self._timeout)
            if hello.broken:
                return hello
            self._client = self._client or _named(hello)
        return self._driver.ask(op, args, seconds)

    def _start(self, who: Who, *, offline: bool) -> Driver:
        environ = driver_environment(
            self._environ, endpoint=self._hub.url, home=self._home, token=TOKENS[who], offline=offline
        )
        return Driver(self._command, environ)

    def _end(self) -> None:
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def _quoted(self, text: str) -> str:
        """One short line of the text, without what differs from run to run: ports, folders, numbers of requests."""
        text = text.replace(self._hub.url, "HUB").replace(self._hub.cdn_url, "CDN").replace(self._home, "HF_HOME")
        line = _UNREPEATABLE.sub("...", " ".join(text.split()))
        return line if len(line) <= _QUOTED else line[: _QUOTED - 3] + "..."


def _named(hello: Answer) -> str:
    if not isinstance(hello.ok, dict):
        return ""
    return " ".join(str(hello.ok[key]) for key in ("name", "version") if hello.ok.get(key))
