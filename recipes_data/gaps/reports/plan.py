"""The only home of IMPLEMENTATION_PLAN_UNIFIED.md: what to build in which order, and when each piece is done."""

from __future__ import annotations

from recipes_data.gaps.analysis import Analysis, OperationNeed
from recipes_data.gaps.compare.options import needed_options
from recipes_data.gaps.levels import Gap, Priority, State
from recipes_data.gaps.operations import Operation
from recipes_data.gaps.probe.scenarios import scenarios
from recipes_data.gaps.probe.trial import Scenario
from recipes_data.gaps.reports.blocks import (
    evidence_cell,
    inputs_line,
    need_places,
    recipes_cell,
    state_words,
    test_words,
)
from recipes_data.gaps.reports.examples import examples_of, why_none
from recipes_data.gaps.reports.facts import PRIORITIES, Facts, facts_of
from recipes_data.gaps.reports.markdown import (
    anchor,
    bullets,
    code,
    codes,
    listed,
    page,
    plural,
    prose,
    sentence,
    table,
    verb,
)
from recipes_data.gaps.reports.verdicts import client_verdict, is_proven

__all__ = ["acceptance", "plan", "tests_first"]

_PHASES: dict[Priority, str] = {
    "P0": "Phase 1: what every experiment needs (P0)",
    "P1": "Phase 2: what named recipes need (P1)",
    "P2": "Phase 3: what is nice to have (P2)",
}
_HONOURED = {
    "revision": "a branch, a tag and a commit of 40 digits each reach the request; without one it is `main`",
    "filename": "a name with a folder, a space and a `#` arrives quoted, its slashes as they are",
    "repo_type": "a dataset's request goes to the dataset, not to the model of the same id",
    "config": "two configs of one dataset give different rows",
    "split": "two splits give different rows, and one that does not exist is an error",
    "streaming": "the first row is there before the whole file was asked for",
    "data_files": "only the named files are fetched",
    "token": "the token is sent to the Hub, and to nobody that it redirects to",
}
_READING = ("models", "datasets", "spaces", "files", "streaming")


def plan(analysis: Analysis) -> str:
    """The page."""
    facts = facts_of(analysis)
    return page(
        "Implementation plan",
        _lead(facts),
        _overview(facts),
        *(block for priority in PRIORITIES for block in _phase(facts, priority)),
        "## Last phase: prove what is there",
        _prove(facts),
        "## Left out on purpose",
        _left_out(facts),
        inputs_line(facts),
    )


def acceptance(facts: Facts, name: str) -> list[str]:
    """When an operation is done: sentences that can be false, from its row in the table and from what recipes give."""
    row = facts.operation(name)
    said: list[str] = []
    if row.kind == "http":
        said.append(f"The Hub's log shows {code(f'{row.method} {row.path}')}.")
        said += [
            _sent(one.name, one.note) for one in row.parameters if one.required and one.place in ("header", "body")
        ]
    options = _options(facts, row)
    if options:
        reach = "reach the request" if row.kind == "http" else "have their effect"
        given = verb(len(options), reach.replace("reach", "reaches").replace("have their", "has its"), reach)
        said.append(f"{codes(options)} {given}; recipes give {verb(len(options), 'it', 'them')}.")
    if row.paginated:
        said.append("The `Link` header is followed until there is no next page, and every item is given once.")
    if row.kind == "http" and row.area in _READING:
        said.append(
            "A repository that does not exist is an error that a caller can tell from a refused or a failed one."
        )
    if row.kind == "library" and row.uses:
        said.append(f"Its requests are {codes(row.uses)}, each of which meets its own criteria.")
    tried = _scenarios(name)
    if tried:
        said.append(
            f"The probe's {verb(len(tried), 'scenario passes', 'scenarios pass')}: {codes(one.id for one in tried)}."
        )
    elif row.kind == "behaviour":
        said.append(f"It shows itself in {codes(row.uses, 4)}; no scenario of the probe can show it offline.")
    if row.returns:
        got = "To be seen:" if row.kind == "behaviour" else "The caller gets"
        told = prose(row.returns)
        said.append(f"{got} {told}{'' if told.endswith('.') else '.'}")
    return said


def _scenarios(operation: str) -> list[Scenario]:
    """What the probe tries of an operation, of what can be tried here."""
    return [one for one in scenarios() if one.operation == operation and not one.unverifiable and not one.informative]


def tests_first(facts: Facts, name: str) -> list[str]:
    """Names of the tests to write before the code."""
    row = facts.operation(name)
    if row.kind == "behaviour":
        return [one.title for one in _scenarios(name)] or [f"{row.title[:1].lower()}{row.title[1:]}"]
    found = [f"{row.title[:1].lower()}{row.title[1:]}: {_example_repo(facts, name)}"]
    found += [_HONOURED.get(option, f"{option} has its effect") for option in _options(facts, row)]
    if row.paginated:
        found.append("all pages are read, not the first alone")
    if row.kind == "http" and row.area in _READING:
        found.append("a repository that does not exist is told apart")
    found += [
        f"{one.name} is sent as asked" for one in row.parameters if one.required and one.place in ("header", "body")
    ]
    return found


def _lead(facts: Facts) -> str:
    gaps = facts.gaps()
    if not facts.clients:
        return "No client was read, so there is nothing to plan."
    if not gaps:
        return "There is no gap to close: every needed operation is there in every client that was read."
    operations = list(dict.fromkeys(gap.operation for gap in gaps))
    clients = list(dict.fromkeys(gap.client for gap in gaps))
    return (
        f"{plural(len(gaps), 'gap')} in {plural(len(operations), 'operation')}, of {codes(clients)}, in "
        "phases by priority. "
        "Within a phase an operation comes after those that it is made of, then those first that block most "
        "recipes. An "
        "operation is done when its criteria hold, a test that was seen to pass calls it, and the probe finds nothing."
    )


def _overview(facts: Facts) -> str:
    """All phases at a glance: the operations in their order, with the clients that lack each."""
    rows = []
    for priority in PRIORITIES:
        gaps = facts.gaps(None, priority)
        for name in _in_order(facts, list(dict.fromkeys(gap.operation for gap in gaps))):
            clients = [gap.client for gap in gaps if gap.operation == name]
            heading = anchor(f"{name}: {facts.operation(name).title}")
            rows.append((f"[{prose(name)}](#{heading})", priority, codes(clients), str(len(facts.needs[name].recipes))))
    return table(("Operation", "Priority", "To do in", "Recipes that need it"), rows) if rows else ""


def _phase(facts: Facts, priority: Priority) -> list[str]:
    gaps = facts.gaps(None, priority)
    if not facts.gaps():
        return []
    if not gaps:
        return [f"## {_PHASES[priority]}", "Nothing to do."]
    by_operation: dict[str, list[Gap]] = {}
    for gap in gaps:
        by_operation.setdefault(gap.operation, []).append(gap)
    blocks = [f"## {_PHASES[priority]}"]
    for name in _in_order(facts, list(by_operation)):
        blocks += _operation(facts, name, by_operation[name])
    return blocks


def _needed_by(facts: Facts, need: OperationNeed, asked: str) -> str:
    if need.recipes:
        return f"Needed by {recipes_cell(facts, need.recipes)}" + (f", at {asked}." if asked else ".")
    if asked:
        return f"Asked for at {asked}, which no recipe was seen to reach."
    return "No recipe asks for it by name: it is about how all requests are made."


def _operation(facts: Facts, name: str, gaps: list[Gap]) -> list[str]:
    row = facts.operation(name)
    need = facts.needs[name]
    states = [facts.state(client, name) for client in facts.clients]
    wanted = {gap.client for gap in gaps}
    asked = need_places(facts, need)
    return [
        f"### {name}: {prose(row.title)}",
        _needed_by(facts, need, asked),
        table(
            ("Client", "State", "Tests", "What is wrong", "Evidence"),
            (
                (
                    code(state.client),
                    state_words(state),
                    test_words(state),
                    _to_do(gaps, state.client) if state.client in wanted else _else(state),
                    evidence_cell(state) if state.level != "absent" else "",
                )
                for state in states
            ),
        ),
        f"**Required behaviour.** {_required(facts, row)}",
        f"**Done when:**\n\n{bullets(acceptance(facts, name))}",
        f"**Tests to write first:**\n\n{bullets(prose(one) for one in tests_first(facts, name))}",
        _written_out(facts, name, sorted(wanted)),
    ]


def _else(state: State) -> str:
    if is_proven(state):
        return "nothing"
    if state.level == "absent":
        return "nothing: it is left to a library on top"
    return "nothing but to prove it"


def _to_do(gaps: list[Gap], client: str) -> str:
    why = next(gap.why for gap in gaps if gap.client == client)
    return prose(sentence(why))


def _required(facts: Facts, row: Operation) -> str:
    if row.kind == "http":
        server = f" at {code(row.server)}" if row.server else ""
        said = f"{code(f'{row.method} {row.path}')}{server}"
        needed = [one.name for one in row.parameters if one.required or one.place == "path"]
        options = _options(facts, row)
        said += f" with {codes(needed)}" if needed else ""
        said += f"; recipes give {codes(options)}" if options else ""
        said += "; the answer comes in pages" if row.paginated else ""
        said += "."
    elif row.kind == "library":
        said = f"In Python: {codes(row.python)}." if row.python else "A call of a library."
        options = _options(facts, row)
        said += f" Recipes give {codes(options)}." if options else ""
    else:
        said = prose(sentence(row.title))
    return f"{said} {prose(row.notes)}".strip()


def _options(facts: Facts, row: Operation) -> tuple[str, ...]:
    need = facts.needs.get(row.id)
    return needed_options(row, [placed.access for placed in facts.of_need(need)], facts.operations) if need else ()


def _written_out(facts: Facts, name: str, clients: list[str]) -> str:
    if facts.operation(name).kind == "behaviour":
        return "No unit test shows it alone; the probe's scenarios do."
    links, none = [], []
    for client in clients:
        found = next((one for one in examples_of(facts, client) if name in (one.operation, *one.also)), None)
        if found:
            links.append(f"[{prose(client)}](TDD_EXAMPLES.md#{anchor(f'{found.operation} in {client}')})")
        else:
            none.append(f"Not written out for {prose(client)}: {prose(why_none(facts, client, name))}.")
    return " ".join([*([f"Written out for {listed(links)}."] if links else []), *none])


def _in_order(facts: Facts, names: list[str]) -> list[str]:
    """Parts before what is made of them, then what blocks most recipes; else as the analysis has it."""
    rank = {name: (-len(facts.needs[name].recipes), at) for at, name in enumerate(names)}
    done: list[str] = []

    def put(name: str, above: tuple[str, ...]) -> None:
        if name in done or name in above:
            return
        for part in facts.operation(name).uses:
            if part in rank:
                put(part, (*above, name))
        done.append(name)

    for name in sorted(names, key=lambda one: rank[one]):
        put(name, ())
    return done


def _example_repo(facts: Facts, name: str) -> str:
    need = facts.needs.get(name)
    repos = [placed.access.repo for placed in facts.of_need(need) if placed.access.repo] if need else []
    return str(repos[0]) if repos else "one that a recipe reads"


def _sent(name: str, note: str) -> str:
    return f"It sends {code(name)}{f' ({prose(note)})' if note else ''}."


def _prove(facts: Facts) -> str:
    rows = []
    for client in facts.clients:
        verdict = client_verdict(facts, client)
        unproven = [
            state
            for state in (*verdict.unproven, *verdict.partial)
            if state.operation not in {g.operation for g in verdict.gaps}
        ]
        rows += [
            (code(client), code(state.operation), facts.priority(state.operation), test_words(state), state.probe)
            for state in unproven
        ]
    lead = (
        f"{plural(len(rows), 'state')} {verb(len(rows), 'is', 'are')} complete as far as sources show, and nobody saw "
        f"{verb(len(rows), 'it', 'them')} work. A test with a result, or the probe, settles each:"
    )
    return (
        f"{lead}\n\n" + table(("Client", "Operation", "Priority", "Tests", "Probe"), rows)
        if rows
        else "Nothing is left."
    )


def _left_out(facts: Facts) -> str:
    count = len(facts.unneeded())
    if not count:
        return "Nothing."
    return (
        f"{plural(count, 'operation')} of the table that nobody needs; "
        "[GAP_ANALYSIS.md](GAP_ANALYSIS.md#not-needed) names them. No phase builds them."
    )
