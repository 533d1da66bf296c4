"""Is a message urgent? Its subject says so at the beginning, or not at all."""

from __future__ import annotations

import pytest

from mcp_server.domain.heuristics.urgent import is_urgent


@pytest.mark.parametrize(
    ("subject", "urgent"),
    [
        ("URGENT: stop", True),
        ("urgent", True),
        ("[Urgent] stop", True),
        ("**URGENT** stop", True),
        ("🚨 urgent: stop", True),
        ("urgent!", True),
        ("not urgent", False),
        ("urgently needed", False),
        ("this is urgent", False),
        ("", False),
    ],
)
def test_a_subject_is_urgent_when_it_begins_so(subject: str, urgent: bool) -> None:
    assert is_urgent(subject) is urgent
