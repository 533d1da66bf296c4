"""The event on stdin is read without `json`, and answers are written as JSON."""

from __future__ import annotations

import json

import pytest

from hooks.event import io
from hooks.event.event import BadEvent


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"nonsense", "not JSON"),
        (b'{"a": ', "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"5", "not a JSON object"),
        (b"{} {}", "not JSON"),
    ],
)
def test_input_that_is_not_a_json_object_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(BadEvent, match=words):
        io.parse(data, {}, "/")


def test_an_object_is_read_with_blanks_around_it() -> None:
    assert io.parse(b' \n{"session_id": "\\u00e9\\n", "x": [1, 2.5, true, null]}\n ', {}, "/").session == "é\n"


@pytest.mark.parametrize("reason", ["plain", 'quotes " and \\', "é\n\t\0", "\ud800"])
def test_every_answer_is_json(reason: str) -> None:
    denied = json.loads(io.deny(reason))["hookSpecificOutput"]
    assert (denied["permissionDecision"], denied["permissionDecisionReason"]) == ("deny", reason)
    assert json.loads(io.keep_going(reason)) == {"decision": "block", "reason": reason}
    assert json.loads(io.for_the_user(reason)) == {"systemMessage": reason}
    assert reason in json.loads(io.warn(reason))["hookSpecificOutput"]["additionalContext"]
