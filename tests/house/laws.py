"""The laws of the house that no linter knows. Each takes one source and tells its offences."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.house.tree import Source

FILE_LINES_MAX = 400
TEMPLATE_LINES_MAX = 120
FUNCTION_LINES_MAX = 60
MONEY_ROOMS = ("receivables/", "payments/", "foundation/money", "foundation/amount")
SKIPS = {"skip", "skipif", "xfail", "importorskip", "skipTest", "skipIf", "skipUnless"}
VAGUE = {"core", "common", "utils", "util", "services", "helpers", "helper", "misc", "manager"}

MACHINE_PATH = re.compile(r"(?<![\w.}/:-])/(?:work|root|home|Users|tmp|mnt)/[\w.]")
REGISTRY = re.compile(r"(?i)\bpypi\.org|pythonhosted|registry\.npmjs|--index-url|--find-links")
LATER = re.compile(r"\b(?:TODO|FIXME|HACK)\b")
BARE_EXCUSE = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?::\s*[A-Z0-9, ]+|\[[\w, -]+\])?\s*$", re.M)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(")


def offence(source: Source, line: int, words: str) -> str:
    return f"{source.path}:{line}: {words}"


def calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def commits(source: Source) -> Iterator[str]:
    """Only foundation/database.py commits."""
    if source.path == "foundation/database.py":
        return
    for call in calls(source):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
            yield offence(source, call.lineno, "commits; only foundation/database.py may")


def long_files(source: Source) -> Iterator[str]:
    """A file that is read in one sitting."""
    most = TEMPLATE_LINES_MAX if source.room == "templates" else FILE_LINES_MAX
    if source.length > most:
        yield offence(source, source.length, f"more than {most} lines; split it")


def long_functions(source: Source) -> Iterator[str]:
    """A function that is seen at once."""
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield offence(source, node.lineno, f"{node.name} has {lines} lines")


def relative_imports(source: Source) -> Iterator[str]:
    """An import says the whole name, so that whoever reads it knows the room."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield offence(source, node.lineno, "relative import")


def missing_docstrings(source: Source) -> Iterator[str]:
    """A module says what it is for."""
    if source.tree.body and not ast.get_docstring(source.tree):
        yield offence(source, 1, "no docstring")


def unescaped(source: Source) -> Iterator[str]:
    """Nothing in a template is taken for HTML because somebody says so."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if UNESCAPED.search(line):
            yield offence(source, number, "escaping switched off")


def bare_excuses(source: Source) -> Iterator[str]:
    """A check that is switched off says why, on the same line."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if BARE_EXCUSE.search(line):
            yield offence(source, number, "a check is off without a reason")


def floats_of_money(source: Source) -> Iterator[str]:
    """Where money is counted no number is a float."""
    if not source.path.startswith(MONEY_ROOMS):
        return
    for node in ast.walk(source.tree):
        is_float = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"
        if is_float or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)):
            yield offence(source, node.lineno, "a float, or a division that makes one")


def skipped_tests(source: Source) -> Iterator[str]:
    """A test runs or it is removed."""
    for node in ast.walk(source.tree):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        if name in SKIPS and source.room == "tests":
            yield offence(source, node.lineno, f"{name}: a test that does not run proves nothing")


def machine_paths(source: Source) -> Iterator[str]:
    """The checkout runs anywhere: it names no folder of one machine and no package registry."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield offence(source, number, "a path of one machine")
        if REGISTRY.search(line) and source.path != "tests/house/laws.py":
            yield offence(source, number, "the address of a package registry")


def postponed(source: Source) -> Iterator[str]:
    """What is not done is an issue, not a remark."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if LATER.search(line) and source.path != "tests/house/laws.py":
            yield offence(source, number, "work put off in a remark")


def vague_names(source: Source) -> Iterator[str]:
    """A file is named for what it holds."""
    for part in source.path.removesuffix(".py").split("/"):
        if part in VAGUE:
            yield offence(source, 1, f"{part} says nothing about what it holds")


def error_codes(found: Iterable[Source]) -> list[tuple[str, str]]:
    """Every refusal's code with the class that carries it, in source order."""
    codes = []
    for source in found:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                codes += [(code, f"{source.path}::{node.name}") for code in _codes_in(node)]
    return codes


def shared_codes(codes: Iterable[tuple[str, str]]) -> list[str]:
    """Codes that two refusals carry: nobody could tell them apart."""
    codes = list(codes)
    counted = Counter(code for code, _owner in codes)
    return [f"{owner}: {code} is taken" for code, owner in codes if counted[code] > 1]


def _codes_in(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
        value = getattr(line, "value", None)
        is_code = any(isinstance(name, ast.Name) and name.id == "code" for name in targets)
        if is_code and isinstance(value, ast.Constant) and re.match(r"\w+\.\w+$", str(value.value)):
            yield str(value.value)
