"""Does a message ask for nothing?"""

from __future__ import annotations

import pytest

from mcp_server.domain.heuristics.empty_message import asks_for_nothing


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("done", ""),
        ("Build complete!", " "),
        ("FYI", ""),
        ("FYI: build complete", ""),
        ("✅ Done.", ""),
        ("All tests passed ✅", ""),
        ("thanks!", ""),
        ("I'm done", ""),
        ("FYI", "build complete"),
        ("Update: merged", ""),
        ("The build has been completed successfully, and all my tests are passing now.", ""),
        ("T3 is done", ""),
        ("Finished task T12!", "LGTM"),
        ("I have started", ""),
        ("all good", "Build is green now"),
    ],
)
def test_a_stock_phrase_asks_for_nothing(subject: str, body: str) -> None:
    assert asks_for_nothing(subject, body)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("T3 is done, take T4", ""),
        ("FYI: port 8080 moved to 9090", ""),
        ("late", ""),
        ("careful", ""),
        ("are you done?", ""),
        ("done?", ""),
        ("stop", ""),
        ("done: rebase now", ""),
        ("done", "please review"),
        ("lunch", ""),
        ("Build complete", "it needs the new key in .env"),
        ("🐍🐍", ""),
        ("終わり", ""),
        ("is it done", ""),
        ("Have you finished T3", ""),
        ("build complete - deploy it", ""),
        ("T3", ""),
        ("ok and stop", ""),
        ("not done", ""),
        ("T3 done, T4 next", ""),
    ],
)
def test_whatever_says_more_is_sent(subject: str, body: str) -> None:
    assert not asks_for_nothing(subject, body)
