"""The only home of how classes are made whose `__init__` nobody wrote: their annotated names are its arguments.

For data classes, decorators that pass on to `dataclass` (PEP 681), and models of pydantic.
"""

from __future__ import annotations

import ast

from recipes_data.gaps.python_client.index import ClassSource, dotted_name
from recipes_data.gaps.python_client.structure import Parameter
from recipes_data.gaps.python_client.values import Ref
from recipes_data.gaps.python_client.world import Sight

__all__ = ["record_fields"]

_MODELS = (
    "pydantic.BaseModel",
    "pydantic.main.BaseModel",
    "pydantic_settings.BaseSettings",
    "typing.NamedTuple",
    "NamedTuple",
)
_FIELD_MAKERS = ("field", "Field", "PrivateAttr")


def record_fields(name: str, sight: Sight) -> tuple[Parameter, ...]:
    """Arguments of such a class, the object itself first; empty for any other class."""
    inside, outside = sight.order(name)
    is_model = any(one in _MODELS for one in outside)
    records = [one for one in reversed(inside) if is_model or _is_record(sight.index.classes[one], sight)]
    if not records or (not is_model and name not in records):
        return ()
    maker = sight.method(name, "__init__")
    if maker is not None and (maker.owner in (name, *records) or not is_model):
        # one that is written counts, unless a record nearer to the class makes its own
        nearer = inside[: inside.index(maker.owner)] if maker.owner in inside else []
        if not any(one in records for one in nearer):
            return ()
    found: dict[str, Parameter] = {}
    for one in records:
        source = sight.index.classes[one]
        by_name = is_model and not any(base.endswith("NamedTuple") for base in outside)
        by_name = by_name or any("kw_only=True" in ast.unparse(decorator) for decorator in source.node.decorator_list)
        for field, annotation in source.annotated.items():
            written = ast.unparse(annotation)
            values = source.assigned.get(field, [])
            if written.endswith("KW_ONLY"):
                by_name = True
            elif _is_left_out(values) or (is_model and field.startswith("_")):
                found.pop(field, None)
            elif "ClassVar" not in written:
                found[field] = Parameter(field, "named" if by_name else "either", _default(values), written)
    if not found:
        return ()
    # what is given by name alone stands last, whatever the order of the fields
    ordered = sorted(found.values(), key=lambda field: field.kind == "named")
    return (Parameter("self", "either", None, None), *ordered)


def _is_record(source: ClassSource, sight: Sight) -> bool:
    for decorator in source.node.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = dotted_name(node)
        if name.split(".")[-1] in ("dataclass", "define", "attrs", "frozen", "chz"):
            return True
        for value in sight.named(source.module, name.split(".")[0]):
            target = sight.index.functions.get(value.name) if isinstance(value, Ref) else None
            if target is not None and _passes_on(target.node):
                return True
    return False


def _passes_on(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a decorator is marked as one that makes data classes, or calls one."""
    return any(
        isinstance(part, (ast.Name, ast.Attribute))
        and dotted_name(part).split(".")[-1] in ("dataclass_transform", "dataclass")
        for part in ast.walk(node)
    )


def _is_left_out(values: list[ast.expr]) -> bool:
    return any(
        isinstance(value, ast.Call)
        and dotted_name(value.func).split(".")[-1] in _FIELD_MAKERS
        and any(
            w.arg == "init" and isinstance(w.value, ast.Constant) and w.value.value is False for w in value.keywords
        )
        for value in values
    )


def _default(values: list[ast.expr]) -> str | None:
    """The text of a field's default; None where it must be given."""
    if not values:
        return None
    value = values[-1]
    if isinstance(value, ast.Call) and dotted_name(value.func).split(".")[-1] in _FIELD_MAKERS:
        words = {word.arg for word in value.keywords}
        given = [one for one in value.args if not (isinstance(one, ast.Constant) and one.value is ...)]
        return ast.unparse(value) if given or words & {"default", "default_factory", "factory"} else None
    return ast.unparse(value)
