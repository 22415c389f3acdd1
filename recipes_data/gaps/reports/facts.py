"""The only home of how a report looks things up in an analysis: by operation, by client, by recipe, by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from recipes_data.gaps.analysis import Analysis, Chain, OperationNeed
from recipes_data.gaps.consumers import Consumer
from recipes_data.gaps.evidence import Evidence, Finding, Origin, Where
from recipes_data.gaps.inventory import Function, Inventory
from recipes_data.gaps.levels import Gap, Level, Minimum, Priority, State
from recipes_data.gaps.needs import Access, Needs
from recipes_data.gaps.operations import Operation

__all__ = [
    "ABSENT",
    "LEVEL_MEANS",
    "LEVEL_SAYS",
    "PRIORITIES",
    "PRIORITY_MEANS",
    "WORKING",
    "Facts",
    "PlacedAccess",
    "facts_of",
    "language_name",
    "state_pages",
]

PRIORITIES: tuple[Priority, ...] = ("P0", "P1", "P2")
PRIORITY_MEANS: dict[str, str] = {
    "P0": "blocks every experiment",
    "P1": "blocks the recipes that are named",
    "P2": "nice to have",
    "none": "nobody needs it",
}
LEVEL_SAYS: dict[Level, str] = {
    "absent": "absent",
    "declared": "declared only",
    "wired": "wired",
    "options": "options complete",
    "tested": "tested",
    "verified": "verified",
}
LEVEL_MEANS: dict[Level, str] = {
    "absent": "the client has no such function",
    "declared": "a function of that name exists, and does not do it (a stub, or nothing leads to a request)",
    "wired": "it can be reached and makes the request; an option is missing or ignored, or a probe saw it go wrong",
    "options": "it takes and reads every option that is needed; no test was seen to pass",
    "tested": "a test that was seen to pass calls it",
    "verified": "a probe saw it do the right thing on the wire",
}
WORKING: tuple[Level, ...] = ("tested", "verified")
ABSENT: tuple[Level, ...] = ("absent",)

_LANGUAGES = {"elixir": "Elixir", "python": "Python", "rust": "Rust", "yaml": "YAML", "markdown": "Markdown"}


@dataclass(frozen=True, slots=True)
class PlacedAccess:
    """An access with the input it was read from."""

    access: Access
    origin: Origin
    recipes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """An analysis with its indexes. Made by `facts_of`, read by every page."""

    analysis: Analysis
    operations: dict[str, Operation]
    needs: dict[str, OperationNeed]
    states: dict[tuple[str, str], State]
    accesses: dict[tuple[int, int], PlacedAccess]
    functions: dict[tuple[str, str], Function]

    @property
    def clients(self) -> tuple[str, ...]:
        """Names of the clients, in the order of the analysis."""
        return tuple(inventory.origin.name for inventory in self.analysis.inventories)

    def inventory(self, client: str) -> Inventory:
        """A client's inventory."""
        return next(one for one in self.analysis.inventories if one.origin.name == client)

    def consumers_of(self, client: str) -> tuple[Consumer, ...]:
        """Libraries that stand on a client."""
        return tuple(one for one in self.analysis.consumers if one.client == client)

    def operation(self, name: str) -> Operation:
        """The row of the table; of an operation that the table does not list, a row with nothing but its id."""
        return self.operations.get(name) or Operation(name, "libraries", "library", name)

    def needed(self, *priorities: Priority) -> list[OperationNeed]:
        """Needed operations of these priorities (of P0 to P2 where none is named), by priority, else as analysed."""
        wanted = priorities or PRIORITIES
        return [need for one in PRIORITIES if one in wanted for need in self.analysis.needed if need.priority == one]

    def unneeded(self) -> list[Operation]:
        """Rows of the table that nobody needs, in its order."""
        needed = {need.operation for need in self.needed()}
        return [row for row in self.analysis.operations.rows if row.id not in needed]

    def priority(self, operation: str) -> Priority:
        """How much an operation is needed."""
        need = self.needs.get(operation)
        return need.priority if need else "none"

    def level(self, client: str, operation: str) -> Level:
        """How well a client has an operation."""
        state = self.states.get((client, operation))
        return state.level if state else "absent"

    def state(self, client: str, operation: str) -> State:
        """A client's state of an operation; absent where the analysis has none."""
        return self.states.get((client, operation)) or State(client, operation, "absent")

    def gaps(self, client: str | None = None, *priorities: Priority) -> list[Gap]:
        """Gaps of a client (of all of them), worst first."""
        wanted = priorities or PRIORITIES
        return [
            gap for gap in self.analysis.gaps if gap.priority in wanted and (client is None or gap.client == client)
        ]

    def of_need(self, need: OperationNeed) -> list[PlacedAccess]:
        """The accesses for which an operation is needed."""
        return [self.accesses[key] for key in need.accesses if key in self.accesses]

    def findings(self, *inputs: str) -> list[Finding]:
        """Findings of these inputs."""
        return [one for one in self.analysis.findings if one.input in inputs]

    def chains(self, recipe: str | None = None, operation: str | None = None) -> Iterator[Chain]:
        """Chains of a recipe, of an operation, or of both."""
        for chain in self.analysis.chains:
            if (recipe is None or chain.recipe == recipe) and (operation is None or chain.operation == operation):
                yield chain

    def minimums(self) -> list[tuple[Minimum, tuple[str, ...]]]:
        """Least sets, each once, with all recipes that have it and are blocked alike; in the order of the analysis."""
        groups: dict[tuple[object, object], list[Minimum]] = {}
        for minimum in self.analysis.minimums:
            groups.setdefault((minimum.operations, minimum.blocked), []).append(minimum)
        return [(group[0], tuple(one.recipe for one in group)) for group in groups.values()]

    def places(self) -> int:
        """In how many places of the sources the Hub is asked; one place may ask for several things."""
        return len({(placed.origin.name, placed.access.where) for placed in self.accesses.values()})

    def reading_recipes(self) -> frozenset[str]:
        """Recipes that need something from the Hub, not only bring something to it."""
        every = [frozenset(need.recipes) for need in self.needed("P0")]
        return frozenset.intersection(*every) if every else frozenset(one.recipe for one in self.analysis.minimums)

    def recipe_names(self) -> list[str]:
        """Names of all recipes, each once, in the order in which they were read."""
        return list(dict.fromkeys(recipe.name for needs in self.analysis.needs for recipe in needs.recipes))

    def origin(self, name: str) -> Origin | None:
        """The input of this name."""
        return next((one for one in self.analysis.inputs if one.name == name), None)

    def place_of(self, client: str, function: str) -> Where | None:
        """Where a client's function stands."""
        found = self.functions.get((client, function))
        return found.where if found else None

    def evidence(self, states: Iterable[State]) -> list[Evidence]:
        """Evidence of several states, each piece once."""
        return list(dict.fromkeys(one for state in states for one in state.evidence))


def facts_of(analysis: Analysis) -> Facts:
    """The analysis with its indexes."""
    return Facts(
        analysis,
        analysis.operations.by_id(),
        {need.operation: need for need in analysis.needed},
        {(state.client, state.operation): state for state in analysis.states},
        {
            (at, index): PlacedAccess(access, needs.origin, tuple(users.get(index, ())))
            for at, needs in enumerate(analysis.needs)
            for users in [_users(needs)]
            for index, access in enumerate(needs.accesses)
        },
        {
            (inventory.origin.name, function.name): function
            for inventory in analysis.inventories
            for function in inventory.functions
        },
    )


def state_pages(inventories: Sequence[Inventory]) -> dict[str, str]:
    """The name of each client's page: `HF_HUB_EX_CURRENT_STATE.md`; two clients never share one."""
    pages: dict[str, str] = {}
    for inventory in inventories:
        origin = inventory.origin
        for words in (origin.name, f"{origin.name}_{origin.language}", f"{origin.name}_{len(pages) + 1}"):
            name = f"{_upper(words)}_CURRENT_STATE.md"
            if name not in pages.values():
                break
        pages[origin.name] = name
    return pages


def language_name(language: str) -> str:
    """A language as one writes it."""
    return _LANGUAGES.get(language.lower(), language)


def _upper(name: str) -> str:
    return "".join(one if one.isascii() and one.isalnum() else "_" for one in name.upper()).strip("_") or "CLIENT"


def _users(needs: Needs) -> dict[int, list[str]]:
    users: dict[int, list[str]] = {}
    for recipe in needs.recipes:
        for index in recipe.accesses:
            users.setdefault(index, []).append(recipe.name)
    return users
