"""The questions that a board asks: for a line of text, or for one of several keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label


class Ask(ModalScreen[str]):
    """Asks for one line of text; the answer is empty if the person cancels."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "Cancel")]

    def __init__(self, question: str, hint: str = "") -> None:
        super().__init__()
        self._question = question
        self._hint = hint

    def compose(self) -> ComposeResult:
        """The question above a line to write on."""
        with Vertical(classes="dialog"):
            yield Label(self._question, markup=False)
            yield Input(placeholder=self._hint)
            yield Label("Enter sends it, Escape cancels", classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """It was answered."""
        self.dismiss(event.value.strip())

    def action_give_up(self) -> None:
        """It was not."""
        self.dismiss("")


class Choose(ModalScreen[str]):
    """Asks for one key of several; the answer is empty if the person cancels."""

    def __init__(self, question: str, choices: dict[str, str]) -> None:
        super().__init__()
        self._question = question
        self._choices = choices
        for key in choices:
            self._bindings.bind(key, f"choose('{key}')")
        self._bindings.bind("escape", "choose('')")

    def compose(self) -> ComposeResult:
        """The question above the keys."""
        with Vertical(classes="dialog"):
            yield Label(self._question, markup=False)
            for key, words in self._choices.items():
                yield Label(f"  {key}  {words}", markup=False)
            yield Label("Escape cancels", classes="hint")

    def action_choose(self, key: str) -> None:
        """It was answered."""
        self.dismiss(key)
