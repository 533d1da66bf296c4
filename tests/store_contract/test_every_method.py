"""The contract is complete: every method of every book is called somewhere in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_type_hints

import pytest

from mcp_server import ports

BOOKS = {
    name: get_type_hints(value.fget)["return"]
    for kind in (ports.HookBooks, ports.Books)
    for name, value in vars(kind).items()
    if isinstance(value, property)
}
METHODS = [
    (name, method)
    for name, book in BOOKS.items()
    if isinstance(book, type) and book is not float
    for method in vars(book)
    if not method.startswith("_")
]


def test_there_are_books_to_look_at() -> None:
    assert len(METHODS) > 50


@pytest.mark.parametrize(("book", "method"), METHODS)
def test_the_contract_calls_every_method(book: str, method: str) -> None:
    suite = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.rglob("test_*.py"))
    assert re.search(rf"\.{book}\.{method}\b", suite)
