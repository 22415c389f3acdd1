"""The only home of what macros put into modules: `use X`, and local macros that define functions.

Only quotes of the same sources are followed, and of Elixir's own `use` targets what they define. What another
library's `__using__` puts in cannot be known from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recipes_data.gaps.elixir.definitions import Clause, Definition, Import, Key, Module, Source, Statement
from recipes_data.gaps.elixir.loops import Names, names_of
from recipes_data.gaps.elixir.reading import DEFINERS, read_body
from recipes_data.gaps.elixir.scope import imported, resolved_node
from recipes_data.gaps.elixir.syntax import argument_nodes, atom_of, block, called_name, receiver
from recipes_data.gaps.trees import Node, walk

__all__ = ["inject"]

_Quotes = dict[Key, list[Node]]
_MOST = 2000
# what Elixir's own modules define in the module that uses them; https://hexdocs.pm/elixir
_OWN: Mapping[str, tuple[tuple[str, int], ...]] = {
    "Agent": (("child_spec", 1),),
    "Application": (("stop", 1),),
    "DynamicSupervisor": (("child_spec", 1),),
    "GenServer": (
        ("child_spec", 1),
        ("code_change", 3),
        ("handle_call", 3),
        ("handle_cast", 2),
        ("handle_info", 2),
        ("init", 1),
        ("terminate", 2),
    ),
    "Supervisor": (("child_spec", 1),),
    "Task": (("child_spec", 1),),
}
_EXCEPTION = (("exception", 1), ("message", 1))


def inject(sources: Mapping[str, Source], modules: Mapping[str, Module]) -> None:
    """Add to each module what the macros that it calls in its body define there."""
    seen: _Quotes = {}
    for name in sorted(modules):
        module = modules[name]
        uses = statements = 0
        # what is put in may use and call more: both lists grow while they are read
        while uses < len(module.uses) <= _MOST or statements < len(module.statements) <= _MOST:
            if uses < len(module.uses):
                _use(seen, sources, modules, module, module.uses[uses])
                uses += 1
            else:
                _expand(seen, sources, modules, module, module.statements[statements])
                statements += 1
        if module.exception:
            _add(module, _EXCEPTION, "defexception")


def _use(
    seen: _Quotes,
    sources: Mapping[str, Source],
    modules: Mapping[str, Module],
    module: Module,
    use: tuple[str, Node],
) -> None:
    used, node = use
    if used in _OWN:
        _add(module, _OWN[used], used)
    macro = modules[used].definitions.get(("__using__", 1)) if used in modules else None
    if macro is None or used == module.name:
        return
    quotes = _quotes(seen, modules[used], macro)
    if not quotes:  # `apply(__MODULE__, which, [])`: the options name the function that holds the quote
        which = [atom_of(argument) for argument in argument_nodes(node)[1:]]
        found = [modules[used].definitions.get((name, 0)) for name in which if name]
        quotes = [quote for one in found if one is not None for quote in _quotes(seen, modules[used], one)]
    for quote in quotes:
        body = block(quote) or []
        source = sources[macro.path]
        read_body(source, module, body, injected_by=used)
        _imports(source, sources[module.path], module, quote)


def _imports(source: Source, into: Source, module: Module, quote: Node) -> None:
    """An `import` in the quote holds in the module that uses it; an `alias` there does not."""
    for one in source.imports:
        if quote.start <= one.start < quote.end:
            into.imports.append(Import(one.module, one.only, one.names, module.start, module.end, into.path))


def _expand(
    seen: _Quotes, sources: Mapping[str, Source], modules: Mapping[str, Module], module: Module, statement: Statement
) -> None:
    call, source = statement.node, sources[statement.path]
    macro = _macro(source, modules, module, call)
    if macro is None:
        return
    owner = modules[macro.module]
    names: Names = _given(macro.clauses[0], argument_nodes(call), statement.names)
    for quote in _quotes(seen, owner, macro):
        if any(called_name(one) in DEFINERS for one in walk(quote, ("call",))):
            body = block(quote) or []
            read_body(sources[macro.path], module, body, injected_by=macro.module, said=statement.said, names=names)


def _macro(source: Source, modules: Mapping[str, Module], module: Module, call: Node) -> Definition | None:
    name, arity = called_name(call), len(argument_nodes(call))
    if call.first("do_block") is not None:
        arity += 1
    before = receiver(call)
    if before is not None:
        full = resolved_node(source, before, module.name)
        owners = [full] if full else []
    else:
        owners = [module.name, *(one.module for one in imported(source, call.start))]
    for owner in owners:
        for definition in modules[owner].definitions.values() if owner in modules else ():
            if definition.name == name and definition.macro and definition.arity[0] <= arity <= definition.arity[1]:
                return definition
    return None


def _given(clause: Clause, arguments: list[Node], names: Names) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for parameter, argument in zip(clause.parameters, arguments, strict=False):
        values = names_of(argument, names)
        if values and parameter.pattern.type == "identifier":
            found[parameter.pattern.text] = values
    return found


def _quotes(seen: _Quotes, owner: Module, definition: Definition) -> list[Node]:
    """Quotes in a macro's body, and in the functions of its module that it calls."""
    if definition.key in seen:
        return seen[definition.key]
    found = seen[definition.key] = []
    waiting = [node for clause in reversed(definition.clauses) for node in reversed(clause.body or ())]
    while waiting:
        node = waiting.pop()
        if node.type == "call":
            name = called_name(node)
            if name in DEFINERS:
                continue
            if name == "quote":
                found.append(node)
            elif receiver(node) is None and name != "apply":
                called = owner.definitions.get((name, len(argument_nodes(node))))
                found += _quotes(seen, owner, called) if called is not None and called is not definition else ()
        waiting.extend(reversed(node.children))
    return found


def _add(module: Module, names: tuple[tuple[str, int], ...], by: str) -> None:
    for name, arity in names:
        if (name, arity) not in module.definitions:
            made = Definition(module.name, name, (arity, arity), "def", module.where, module.path)
            made.injected_by, made.hidden = by, True
            module.definitions[name, arity] = made
