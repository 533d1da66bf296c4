"""An idle session of the real client is woken by a message, and one that is to end is not kept from ending."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.core.shared_state.write import send_message
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import Conversation, ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.steps import plan
from tests.e2e.harness.turns import announcing, call, say
from tests.hooks.conftest import Work

MESSAGES = 100


class Sender:
    """Somebody who sends messages to the agent `alpha`."""

    def __init__(self, repo: Path) -> None:
        self.work = Work(repo)
        self._id = self.work.agent("bravo", "bravo")

    def send(self, subject: str) -> None:
        send_message(self.work.place, self._id, "alpha", subject, None)


@pytest.fixture
def sender(client: ClaudeClient, repo: Path) -> Iterator[Sender]:
    settle(client.home)
    made = Sender(repo)
    yield made
    client.clean_up()
    made.work.store.close()


def shown(conversation: Conversation, subject: str) -> bool:
    """Whether the session was woken with this subject, so that it is in its newest request."""
    return bool(conversation.requests) and subject in conversation.shown


def test_a_message_is_in_the_next_request_of_an_idle_session_at_a_terminal_again_and_after_esc(
    client: ClaudeClient, model: ScriptedModel, repo: Path, sender: Sender
) -> None:
    alpha = model.script(
        "ALPHA",
        plan("src/auth/**"),
        say("I wait."),
        say("First seen."),
        say("Second seen."),
        call("Bash", command="echo > began && tail -f /dev/null", description="Wait"),
        say("Third seen."),
    )
    terminal = client.interactive(cwd=repo, plugin_dir=ROOT, name="alpha")
    terminal.submit("ALPHA begins")
    terminal.wait_for("I wait.")

    for word in ("first", "second"):
        sender.send(f"the {word}")
        terminal.wait_for(f"{word.capitalize()} seen.")
        assert shown(alpha, f"the {word}")
    terminal.submit("Go on.")
    eventually((repo / "began").exists, "the command")
    terminal.escape()
    sender.send("the third")
    eventually(lambda: shown(alpha, "the third"), "the third message in a request")

    assert [alpha.shown.count(f"bravo: the {word}") for word in ("first", "second", "third")] == [1, 1, 1]
    terminal.leave()


def test_a_message_begins_the_first_turn_of_a_session_that_was_only_opened(
    client: ClaudeClient, model: ScriptedModel, repo: Path, sender: Sender
) -> None:
    alpha = model.script("ALPHA", say("Seen."))
    terminal = client.interactive(cwd=repo, plugin_dir=ROOT, name="alpha")
    terminal.wait_for("❯")
    eventually(lambda: sender.work.knows("alpha"), "its registration")
    sender.send("ALPHA may begin")
    terminal.wait_for("Seen.")

    assert shown(alpha, "ALPHA may begin")
    terminal.leave()


def test_a_message_is_in_the_next_request_of_an_idle_session_in_the_background(
    client: ClaudeClient, model: ScriptedModel, repo: Path, sender: Sender
) -> None:
    alpha = model.script("ALPHA", plan("src/auth/**"), say("I wait."), say("Seen."))
    client.in_background("ALPHA begins", cwd=repo, plugin_dir=ROOT, args=["--name", "alpha"])
    eventually(lambda: sender.work.is_idle("alpha"), "the end of the turn")

    sender.send("the first")
    eventually(lambda: shown(alpha, "bravo: the first"), "the message in a request")


def test_a_headless_session_ends_although_a_message_waits_for_it(
    client: ClaudeClient, model: ScriptedModel, repo: Path, sender: Sender
) -> None:
    def late(_request: object) -> object:
        sender.send("too late")
        return say("I end.")

    alpha = model.script("ALPHA", plan("src/auth/**"), late)  # type: ignore[arg-type]  # a step
    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="alpha")

    assert not shown(alpha, "too late")


def test_of_many_messages_around_the_end_of_a_turn_none_is_lost_and_none_is_shown_twice(
    client: ClaudeClient, model: ScriptedModel, repo: Path, sender: Sender
) -> None:
    ends = threading.Event()
    alpha = model.script("ALPHA", plan("src/auth/**"), announcing(ends, say("I wait.")), *[say("Seen.")] * MESSAGES)
    terminal = client.interactive(cwd=repo, plugin_dir=ROOT, name="alpha")
    terminal.submit("ALPHA begins")
    assert ends.wait(60)
    subjects = [f"message {number:03}" for number in range(MESSAGES)]
    for subject in subjects:
        sender.send(subject)
    eventually(lambda: shown(alpha, subjects[-1]), "the last message in a request")

    assert {subject: alpha.shown.count(subject) for subject in subjects} == dict.fromkeys(subjects, 1)
    terminal.leave()
