"""Which prompts count as a person's correction."""

from __future__ import annotations

import pytest

from mcp_server.domain.heuristics.corrections import is_correction, is_of_a_person

MACHINE = [
    "<task-notification>\n<task-id>b1</task-id>no, that's wrong</task-notification>",
    "<monitor-event name=x>that's wrong</monitor-event>",
    '<cross-session-message from="ben">You forgot the tests</cross-session-message>',
    '<teammate-message teammate_id="bob">not what I asked</teammate-message>',
    "  <system-reminder>still failing</system-reminder>",
    "<command-message>review</command-message>",
    "</x> no, not like that",
    "/compact no, not like that",
    "!undo this",
    "#you forgot",
]


@pytest.mark.parametrize(
    "prompt",
    [
        "No, I said tabs, not spaces",
        "no. use the existing helper instead",
        "That’s not what I asked for",
        "that's wrong: it has to be sorted",
        "Wrong, the other file",
        "It is fine in Chrome but the login still doesn't work",
        "I told you to leave the tests alone",
        "Still failing, same error",
        "undo that change please",
        "Revert the last edit",
        "You forgot the migration",
        "you keep changing the wrong file",
        "why did you delete the comment?",
        "Don't do that again",
        "Nope, that breaks the build",
        "This is not what I meant at all",
    ],
)
def test_a_correction(prompt: str) -> None:
    assert is_correction(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "no",
        "No thanks",
        "no problem, go on",
        "No, thank you",
        "no, leave it",
        "No worries, take your time",
        "no, that's fine",
        "now add a test",
        "Note that the API has changed",
        "Can you keep the tests green?",
        "tell me if that's wrong",
        "Nothing else, thanks",
        "Stop here, please, I have to go",
        "wait a moment",
        "yes, do that",
        "Add an undo button to the editor",
        "fix the bug that still makes it crash",
        "Great. Next task: T4",
        "<3 thanks, that was wrong of me",
        *MACHINE,
    ],
)
def test_no_correction(prompt: str) -> None:
    assert not is_correction(prompt)


@pytest.mark.parametrize("prompt", MACHINE)
def test_what_a_machine_or_the_client_submits_is_no_persons(prompt: str) -> None:
    assert not is_of_a_person(prompt)


@pytest.mark.parametrize("prompt", ["< 3 s is too slow", "<", "no", "", "5 < 6"])
def test_what_does_not_begin_with_a_tag_is_a_persons(prompt: str) -> None:
    assert is_of_a_person(prompt)
