"""Does a text claim that something is finished?"""

from __future__ import annotations

import pytest

from mcp_server.domain.heuristics.claims_done import claims_finished


@pytest.mark.parametrize(
    "text",
    [
        "done",
        "Done.",
        "T3 is done",
        "Finished the parser, lexer next",
        "All 34 tests pass!",
        "tests are green",
        "The build passes",
        "complete",
        "Implementation complete",
        "Parser is complete.",
        "ready to merge",
        "Ready for review",
        "completed the API",
        "Parser: done",
        "100% done",
        "✅ parser",
        "Everything works",
        "It is not pretty but it is done",
        "On the lexer.\nParser finished.",
        "All the unit tests are passing",
        "fully implemented",
    ],
)
def test_a_claim_is_found(text: str) -> None:
    assert claims_finished(text)


@pytest.mark.parametrize(
    "text",
    [
        "not done yet",
        "isn't done",
        "almost done",
        "50% done",
        "3 of 5 done",
        "to be done by Monday",
        "when done, tell me",
        "will be finished tomorrow",
        "need to complete the parser",
        "the complete list of errors",
        "Working on it; nothing finished",
        "is it done?",
        "once all tests pass I merge",
        "until the build passes",
        "tests fail",
        "done when: tests pass",
        "half finished",
        "hasn't finished",
        "completing the parser",
        "waiting for the build to pass",
        "must be ready to merge by noon",
        "not all tests pass",
        "[ ] done",
        "",
        "undone",
        "condone",
        "Working on the parser",
        "nearly ready to merge",
        "can't say it is complete",
    ],
)
def test_what_is_no_claim_is_not_doubted(text: str) -> None:
    assert not claims_finished(text)
