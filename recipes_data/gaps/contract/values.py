"""The only home of which values an operation's parameters take, and how they are written in a request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from recipes_data.gaps.contract.table import placeholders
from recipes_data.gaps.operations import Operation, Parameter

__all__ = ["Given", "given_values", "wire_text"]

Given = dict[str, dict[str, object]]
"""By place, then by the parameter's own name: text, integers, truth values, lists, mappings."""


class _MisfitError(Exception):
    """A value that its parameter does not take; the text says why."""


def given_values(operation: Operation, arguments: Mapping[str, object]) -> tuple[Given, list[str]]:
    """Values of all parameters that are given or have a default, and every fault of the arguments.

    Text is read as the parameter's type, so that words of a command line will do.
    """
    given: Given = {"path": {}, "query": {}, "header": {}, "body": {}}
    faults: list[str] = []
    known: set[str] = set()
    for each in operation.parameters:
        known |= {each.argument, *(name for name, _ in each.tags)}
        try:
            value = _value(each, arguments)
        except _MisfitError as exc:
            faults.append(str(exc))
            continue
        if value is not None:
            given[each.place][each.name] = value
        elif each.required and not _may_be_left_out(operation, each):
            faults.append(f"{each.argument} is missing")
    faults += [f"there is no argument {name!r}" for name in sorted(arguments.keys() - known)]
    return given, faults


def wire_text(value: object) -> str:
    """A plain value as it stands in a URL, a form or a header: truth in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _may_be_left_out(operation: Operation, parameter: Parameter) -> bool:
    """Whether this is the last parameter of a path that has a shorter form."""
    shorter = placeholders(operation.short_path)
    return bool(operation.short_path) and parameter.place == "path" and parameter.name not in shorter


def _value(parameter: Parameter, arguments: Mapping[str, object]) -> object:
    if not parameter.tags:
        asked = arguments.get(parameter.argument, parameter.default)
        return None if asked is None else _read(parameter, parameter.argument, asked)
    found = list(_tagged(parameter, arguments))
    return found or None


def _tagged(parameter: Parameter, arguments: Mapping[str, object]) -> Iterator[str]:
    """Plain values of the parameter itself, then `tag:value` of each tag; one that has its tag already keeps it."""
    tags = dict(parameter.tags)
    for argument in dict.fromkeys((parameter.argument, *tags)):
        if argument not in arguments:
            continue
        for each in _texts(argument, arguments[argument]):
            prefix = f"{tags[argument]}:" if argument in tags else ""
            yield each if each.startswith(prefix) else prefix + each


def _read(parameter: Parameter, argument: str, value: object) -> object:
    match parameter.type:
        case "boolean":
            return _truth(argument, value)
        case "integer":
            number = _integer(argument, value)
            _check(parameter, argument, str(number))
            return number
        case "array<string>":
            texts = _texts(argument, value)
            for each in texts:
                _check(parameter, argument, each)
            return texts
        case "object" | "array<object>":
            return _objects(parameter, argument, value)
        case _:
            return _text(parameter, argument, value)


def _check(parameter: Parameter, argument: str, text: str) -> None:
    if parameter.values and text not in parameter.values:
        raise _MisfitError(f"{argument} must be one of {', '.join(parameter.values)}, not {text!r}")


def _text(parameter: Parameter, argument: str, value: object) -> object:
    # where `false` is one of the values, it is meant as such: JSON has a word for it
    if value is False or (value == "false" and "false" in parameter.values):
        _check(parameter, argument, "false")
        return False
    if not isinstance(value, str):
        raise _MisfitError(f"{argument} must be text, not {value!r}")
    _check(parameter, argument, value)
    if parameter.place == "path":
        segments = value.split("/") if parameter.type == "path" else [value]
        if any(each in ("", ".", "..") for each in segments):
            # a client or a server would take such a path for another one
            raise _MisfitError(f"{argument} has an empty part, or one of dots: {value!r}")
    if parameter.place == "header" and not value.isprintable():
        raise _MisfitError(f"{argument} must be one printable line")
    return value


def _truth(argument: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise _MisfitError(f"{argument} must be true or false, not {value!r}")


def _integer(argument: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    raise _MisfitError(f"{argument} must be a whole number, not {value!r}")


def _texts(argument: str, value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Sequence) and all(isinstance(each, str) for each in value):
        return list(value)
    raise _MisfitError(f"{argument} must be text or a list of texts, not {value!r}")


def _objects(parameter: Parameter, argument: str, value: object) -> object:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as exc:
            raise _MisfitError(f"{argument} must be JSON: {exc}") from exc
    if parameter.type == "object" and isinstance(value, Mapping):
        return dict(value)
    if parameter.type == "array<object>" and isinstance(value, Sequence):
        mappings = [dict(each) for each in value if isinstance(each, Mapping)]
        if len(mappings) == len(value):
            return mappings
    what = "an object" if parameter.type == "object" else "a list of objects"
    raise _MisfitError(f"{argument} must be {what}, not {value!r}")
