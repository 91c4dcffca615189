"""The lists of mutants beside this file -> shipped code with one check taken out, for as long as a block lasts.

A mutant changes the code of one function in place, so that it is changed for whoever imported it, or the value of one
constant of one module. It never changes a file, and one that does not fit the code any more is refused, not skipped.
"""

import ast
import inspect
import textwrap
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

HERE = Path(__file__).parent


class CannotApplyError(Exception):
    """The mutant speaks of code that is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """``place`` is ``module:name.in.module``. Of a function the text ``cut``, which stands in it once, becomes ``put``,
    or all of it ``body``; of a constant the value becomes ``value``, an expression in the words of the module.
    ``probe`` must notice."""

    name: str
    removes: str  # the check, with its article where it has one
    place: str
    probe: str
    cut: str | None = None
    put: str = ""
    body: str | None = None
    value: str | None = None

    def __post_init__(self) -> None:
        if sum(way is not None for way in (self.cut, self.body, self.value)) != 1:
            raise CannotApplyError(f"{self.name}: one of cut, body and value")


def listed(name: str) -> tuple[Mutant, ...]:
    """The mutants of one file, ``authz`` for authz.toml."""
    rows = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["mutant"]
    return tuple(Mutant(**{"place" if key == "in" else key: value for key, value in row.items()}) for row in rows)


@contextmanager
def applied(mutant: Mutant) -> Iterator[None]:
    """The code without the check, until the block ends. Errors: ``CannotApplyError``."""
    module, name = _module(mutant)
    _forget(module)
    try:
        if mutant.value is not None:
            yield from _with_value(module, name, mutant.value)
        else:
            yield from _with_code(_function(module, name), mutant)
    finally:
        _forget(module)


def _forget(module: ModuleType) -> None:
    """What functions of the module remember of earlier calls: with a check of it, or without."""
    for found in vars(module).values():
        if hasattr(found, "cache_clear") and not isinstance(found, type):
            found.cache_clear()


def _with_value(module: ModuleType, name: str, value: str) -> Iterator[None]:
    if not hasattr(module, name):
        raise CannotApplyError(f"{module.__name__} has no {name}")
    before = getattr(module, name)
    setattr(module, name, eval(value, vars(module)))  # noqa: S307  # an expression of our own list
    try:
        yield
    finally:
        setattr(module, name, before)


def _with_code(function: FunctionType, mutant: Mutant) -> Iterator[None]:
    before = function.__code__
    function.__code__ = _changed(function, mutant)
    try:
        yield
    finally:
        function.__code__ = before


def _module(mutant: Mutant) -> tuple[ModuleType, str]:
    module, _, name = mutant.place.partition(":")
    try:
        return import_module(module), name
    except ModuleNotFoundError as error:
        raise CannotApplyError(f"{mutant.name}: there is no module {module}") from error


def _function(module: ModuleType, name: str) -> FunctionType:
    found: object = module
    for step in name.split("."):
        try:
            found = inspect.getattr_static(found, step)
        except AttributeError:
            raise CannotApplyError(f"{module.__name__} has no {name}") from None
    found = found.fget if isinstance(found, property) else found
    found = inspect.unwrap(found) if callable(found) else found
    if not isinstance(found, FunctionType):
        raise CannotApplyError(f"{module.__name__}:{name} is no function")
    return found


def _changed(function: FunctionType, mutant: Mutant) -> CodeType:
    """The code of the function with its source changed, under the names of its own module."""
    source = textwrap.dedent(inspect.getsource(function))
    if mutant.cut is not None:
        if source.count(mutant.cut) != 1:
            raise CannotApplyError(f"{mutant.name}: the text stands {source.count(mutant.cut)} times in {mutant.place}")
        source = source.replace(mutant.cut, mutant.put)
    tree = ast.parse(source)
    written = tree.body[0]
    if not isinstance(written, ast.FunctionDef | ast.AsyncFunctionDef):
        raise CannotApplyError(f"{mutant.place} is not written as a function")
    written.decorator_list.clear()
    if mutant.body is not None:
        written.body = ast.parse(mutant.body).body
    compiled = compile(ast.increment_lineno(tree, function.__code__.co_firstlineno - 1), _file(function), "exec")
    code = next(each for each in compiled.co_consts if isinstance(each, CodeType) and each.co_name == written.name)
    if code.co_freevars != function.__code__.co_freevars:
        raise CannotApplyError(f"{mutant.place} closes over other names than its mutant")
    return code


def _file(function: FunctionType) -> str:
    return function.__code__.co_filename
