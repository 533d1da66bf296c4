"""No module needs, in the end, itself: neither while it is loaded, nor later, nor for its types."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def modules() -> dict[str, Path]:
    found = {}
    for package in ("mcp_server", "hooks"):
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path, known: dict[str, Path]) -> set[str]:
    """The modules that `path` imports anywhere in it, by name or by the beginning of a name that it fills in."""
    wanted = {target for node in ast.walk(ast.parse(path.read_text("utf-8"))) for target in _targets(node, known)}
    return {target for target in wanted if target in known and target != name}


def _targets(node: ast.AST, known: dict[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if inner in known else node.module
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("__import__", "import_module")) and node.args:
        yield from _filled_in(node.args[0], known)


def _filled_in(name: ast.expr, known: dict[str, Path]) -> Iterator[str]:
    if isinstance(name, ast.Constant):
        yield str(name.value)
    elif isinstance(name, ast.JoinedStr) and isinstance(name.values[0], ast.Constant):
        yield from (module for module in known if module.startswith(str(name.values[0].value)))


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of more than one module (Tarjan)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for target in edges[module]:
            if target not in number:
                visit(target)
            if target in stack:
                lowest[module] = min(lowest[module], lowest[target])
        if lowest[module] == number[module]:
            start = stack.index(module)
            found.append(sorted(stack[start:]))
            del stack[start:]

    for module in edges:
        if module not in number:
            visit(module)
    return [members for members in found if len(members) > 1]


def test_no_two_modules_need_each_other() -> None:
    known = modules()
    found = circles({name: imported(name, path, known) for name, path in known.items()})
    assert not found, "\n".join(" <-> ".join(members) for members in found)


def test_a_circle_is_found_with_all_its_members() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
