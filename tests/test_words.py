"""One idea has one name: these words are not used, in code, help, messages, skills or documents."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
INSTEAD = {
    r"\bland(?:s|ed|ing)\b|\bto land\b": "merge, merged",
    r"\b(?:come|comes|came|coming|bring|brings|brought|bringing|goes|gone|went|take|is|are|at) home\b": "merge, merged",
    r"\bfurnish\w*": "set up",
    r"\bfores(?:ee|aw|een|ight)\w*": "find conflicts",
    r"\blaps(?:e|es|ed|ing)\b": "expire",
    r"\bghosts?\b": "placeholder",
    r"\b(?:weave|weaves|wove|woven|weaving)\b": "merge, reconcile",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bastray\b|\bstray(?:s|ed|ing)?\b": "in another worktree",
    r"\bput(?:s|ting)? (?:it |them |that )?down\b": "record",
    r"\bputs? away\b|\bput away\b": "remove, clean up",
    r"\b(?:take|takes|took|taken|taking) in\b": "import, apply",
    r"\bnot to be had\b|\bto be had\b": "unavailable",
    r"\b(?:is|are|was|were|be|while|somebody|nobody|who)(?: still)? at it\b": "is working on it",
    r"\bunder (?:the|one) roof\b": "register",
    r"\b(?:desk|seat|furnisher|homecoming)s?\b": "the field's own word",
    r"\b(?:kernel|Landlock)\b[^.\n]{0,40}\bhold(?:s)?\b": "confine",
    r"\bshared mind\b(?! *=)": "shared state",
}
"""A pattern, and what is said instead."""
ALLOWED = ("# Shared mind",)
"""The heading of SHARED_MIND.md, which is a file's name."""
SQL = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE)\b.*\b(?:FROM|INTO|SET)\b", re.DOTALL)
"""Statements, whose tables and columns keep their names."""
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CLAUDE.md", "CHANGELOG.md")


def texts() -> Iterator[tuple[str, str]]:
    """Where something is said, and what: texts and comments of the code, and every document."""
    for folder in ("mcp_server", "hooks", "benchmarks"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield from ((f"{file.relative_to(ROOT)}:{line}", text) for line, text in _said(file.read_text("utf-8")))
    for file in [*(ROOT / name for name in DOCUMENTS), *(ROOT / "docs").glob("*.md"), *(ROOT / "skills").rglob("*.md")]:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            yield f"{file.relative_to(ROOT)}:{number}", line


def _said(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.fixture(scope="module")
def said() -> list[tuple[str, str]]:
    found = [(where, text) for where, text in texts() if not text.startswith(ALLOWED) and not SQL.search(text)]
    assert len(found) > 5_000, "nothing was read"
    return found


@pytest.mark.parametrize("pattern", INSTEAD)
def test_a_word_that_is_not_used_stands_nowhere(said: list[tuple[str, str]], pattern: str) -> None:
    word = re.compile(pattern, re.IGNORECASE)
    found = [f"{where}: {match.group()!r} ({INSTEAD[pattern]})" for where, text in said if (match := word.search(text))]
    assert found == []


def test_the_words_are_found_where_they_stand() -> None:
    samples = "has landed · came home · furnished · was foreseen · it lapses · a ghost · woven · mends · put it down"
    hits = [pattern for pattern in INSTEAD if re.search(pattern, samples, re.IGNORECASE)]
    assert len(hits) == 9
