"""Hand-overs as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.state_page.handover import Form, of_message, read, write

WHOLE = Form("Fix login", "high", "cron", "it breaks\nsince Monday", "- a test\n- a fix", "Friday")


@pytest.mark.parametrize(
    "text",
    [
        "TASK: Fix login\nPRIORITY: high\nFROM: cron\nCONTEXT: it breaks\nsince Monday\n"
        "EXPECTED_OUTPUT:\n- a test\n- a fix\nDEADLINE: Friday\n",
        "**TASK:** Fix login\n**PRIORITY**: high\n**FROM:** cron\n\n**CONTEXT:**\nit breaks\nsince Monday\n\n"
        "**EXPECTED_OUTPUT:**\n\n- a test\n- a fix\n\n**DEADLINE:** Friday",
        "---\ntask: Fix login\npriority: high\nfrom: cron\ncontext: |\n  it breaks\n  since Monday\n"
        "expected_output: |\n  - a test\n  - a fix\ndeadline: Friday\n---\n",
        "## TASK\nFix login\n## PRIORITY\nhigh\n## FROM\ncron\n## CONTEXT\nit breaks\nsince Monday\n"
        "## EXPECTED OUTPUT\n- a test\n- a fix\n## DEADLINE\nFriday\n",
        "- **Task**: Fix login\r\n- **Priority**: high\r\n- **From**: cron\r\n- **Context**: it breaks\r\n"
        "since Monday\r\n- **Expected output**:\r\n- a test\r\n- a fix\r\n- **Deadline**: Friday\r\n",
    ],
)
def test_it_is_read_as_people_write_it(text: str) -> None:
    assert read(text) == WHOLE


def test_without_a_task_it_is_none() -> None:
    assert read("PRIORITY: high\n") is None
    assert read("TASK:\n\nPRIORITY: high\n") is None
    assert read("") is None


def test_small_letters_in_a_sentence_are_no_key_where_keys_are_capitals() -> None:
    form = read("TASK: look\nCONTEXT: two lines\nfrom: nobody\ntask: this is text\n")
    assert form == Form("look", context="two lines\nfrom: nobody\ntask: this is text")


def test_text_above_the_keys_is_kept() -> None:
    form = read("# Hand-over\n\nTASK: look\n")
    assert form == Form("look", more="# Hand-over")


@pytest.mark.parametrize(("priority", "pressing"), [("URGENT", True), ("p0", True), ("high", False), ("", False)])
def test_a_priority_may_be_pressing(priority: str, pressing: bool) -> None:
    assert Form("x", priority).is_pressing is pressing


def test_quotes_around_a_value_are_no_part_of_it() -> None:
    assert read('task: "Fix: login"\nfrom: "cron"\n') == Form("Fix: login", sender="cron")


def test_a_hand_over_that_came_as_a_message_goes_out_as_it_came() -> None:
    assert of_message("URGENT: " + WHOLE.title, write(WHOLE), "pat", pressing=True) == WHOLE


def test_a_message_becomes_a_hand_over_and_one_in_its_form_says_what_it_says() -> None:
    assert of_message("stop", "the API\nchanges", "ada", pressing=True) == Form(
        "stop", "urgent", "ada", "the API\nchanges"
    )
    assert of_message("stop", "", "ada", pressing=False) == Form("stop", "normal", "ada")
    assert of_message("stop", "CONTEXT: a\nFROM: ben\nDEADLINE: now", "ada", pressing=False) == Form(
        "stop", "normal", "ben", "a", deadline="now"
    )


VALUES = st.text(st.sampled_from("ab: \n-*#TASKFROM"), max_size=30).map(
    lambda text: "\n".join(line.rstrip() for line in text.strip().split("\n"))
)


@given(VALUES.filter(bool), VALUES, VALUES, VALUES)
def test_what_is_written_is_read_again(task: str, sender: str, context: str, deadline: str) -> None:
    form = Form(task, "high", sender, context, "", deadline)
    assert read(write(form)) == form
