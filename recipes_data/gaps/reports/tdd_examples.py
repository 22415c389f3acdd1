"""The only home of TDD_EXAMPLES.md: the tests to write first, in each client's language."""

from __future__ import annotations

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.reports.blocks import inputs_line
from recipes_data.gaps.reports.examples import Example, examples_of, how_far, why_not_run
from recipes_data.gaps.reports.facts import Facts, facts_of, language_name
from recipes_data.gaps.reports.markdown import code, codes, fence, listed, page, plural, prose, sentence, verb
from recipes_data.gaps.reports.verdicts import is_proven

__all__ = ["tdd_examples"]


def tdd_examples(analysis: Analysis) -> str:
    """The page."""
    facts = facts_of(analysis)
    if not facts.clients:
        return page("Tests to write first", "No client was read.", inputs_line(facts))
    return page(
        "Tests to write first",
        "One test file for each operation that a client lacks or that nobody saw work in it, with "
        "repositories and files that an input names; the comment in a test says which input, and where. "
        "*Run-passed* and *run-failed* were run by pytest against a Hub on this machine that has what the test names; "
        "one that fails where the operation is a gap is what a test to write first does. "
        "*Parsed* means that the text is whole in its language and was not run; *unchecked*, that not even that was "
        "tried or true.",
        *(block for client in facts.clients for block in _client(facts, client)),
        inputs_line(facts),
    )


def _client(facts: Facts, client: str) -> list[str]:
    examples = examples_of(facts, client)
    origin = facts.inventory(client).origin
    blocks = [f"## {client} ({language_name(origin.language)})", _lead(facts, client, examples)]
    for example in examples:
        blocks += [
            f"### {example.operation} in {client}",
            _about(facts, example),
            fence(example.text, example.language),
        ]
    return blocks


def _lead(facts: Facts, client: str, examples: list[Example]) -> str:
    if not examples:
        return "No test is missing that could be written from what the inputs name."
    open_ = sum(bool(example.to_fill) for example in examples)
    said = f"{plural(len(examples), 'example')}: {how_far(examples)}. {why_not_run(facts, client, examples)}".strip()
    if open_:
        said += f" {open_} {verb(open_, 'has', 'have')} a value that its reader must fill in."
    settings = [one for one in facts.inventory(client).settings if "ENDPOINT" in one.upper()]
    if settings:
        said += f" The client reads {codes(settings)}, so the tests can be pointed at any Hub, one on this machine too."
    behaviours = [
        need.operation
        for need in facts.needed()
        if facts.operation(need.operation).kind == "behaviour" and not is_proven(facts.state(client, need.operation))
    ]
    if behaviours:
        said += (
            f" {codes(behaviours)} {verb(len(behaviours), 'shows itself', 'show themselves')} on the wire alone: "
            "the probe "
            "tests that, with faults that no client can be asked to make."
        )
    return said


def _about(facts: Facts, example: Example) -> str:
    if example.proposed:
        what = "The client has no function for it yet; the name in the test is a proposal."
    else:
        where = facts.place_of(example.client, example.function)
        what = f"Calls {code(example.function)}" + (f" ({code(str(where))})." if where else ".")
    said = f"{code(example.file)}, *{example.checked}*"
    said += f" ({prose(example.why)})" if example.why else ""
    fill = f" To fill in: {listed([prose(one) for one in example.to_fill])}." if example.to_fill else ""
    also = f" It is a test of {codes(example.also)} too." if example.also else ""
    return f"{sentence(said)} {what}{also}{fill}"
