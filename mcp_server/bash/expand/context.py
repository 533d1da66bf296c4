"""What expanding a word needs from the shell, as a Protocol. Only type checkers load it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mcp_server.bash.reading import Reading

    Value = str | list[str] | dict[str, str]


class Context(Protocol):
    """Variables, arguments and directory of the shell that expands, and what it runs to do so."""

    reading: Reading
    directory: str | None
    options: set[str]
    arguments: list[str]
    arguments_known: bool
    script: str

    @property
    def separators(self) -> str:
        """The characters that separate fields (IFS)."""

    def get(self, name: str) -> Value | None:
        """The value of a variable, None when it is not set."""

    def set(self, name: str, value: Value | None) -> None:
        """Set a variable; None unsets it."""

    def home_of(self, user: str) -> str | None:
        """What `~user` expands to, None if it does not expand."""

    def spend(self, steps: int) -> None:
        """Use up steps of the budget."""

    def word(self, text: str) -> str:
        """The text that a word expands to if nothing splits it."""

    def pattern(self, text: str) -> str:
        """The pattern that a word expands to."""

    def arithmetic(self, text: str) -> str:
        """The value of an arithmetic expression, as text."""

    def matching(self, pattern: str) -> list[str]:
        """The paths that a pattern matches."""

    def substitution(self, text: str) -> str:
        """The output of `$(text)`."""

    def process_substitution(self, text: str, direction: str) -> str:
        """The name of the pipe of `<(text)` or `>(text)`."""
