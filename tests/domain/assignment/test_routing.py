"""Which model works on a task."""

from __future__ import annotations

import pytest

from mcp_server.domain.assignment.routing import RoutingSettings, model_of, tier_of
from mcp_server.domain.task import Task
from tests.domain.test_launch import task

OLLAMA = RoutingSettings(local="ollama run small")


def failed(tier: str | None, times: int) -> Task:
    return task(tier=tier)._replace(failures=times)


@pytest.mark.parametrize(("tier", "model"), [("haiku", "haiku"), ("opus", "opus"), (None, None)])
def test_a_tier_names_the_model_of_the_same_name_unless_the_settings_name_another(
    tier: str | None, model: str | None
) -> None:
    assert model_of(task(tier=tier), RoutingSettings()) == model
    own = RoutingSettings(haiku="claude-haiku-9", opus="claude-opus-9")
    assert model_of(task(tier=tier), own) == (f"claude-{model}-9" if model else None)


@pytest.mark.parametrize(
    ("tier", "failures", "after", "expected"),
    [
        ("haiku", 0, 1, "haiku"),
        ("haiku", 1, 1, "sonnet"),
        ("haiku", 2, 1, "opus"),
        ("haiku", 9, 1, "opus"),
        ("haiku", 1, 2, "haiku"),
        ("haiku", 2, 2, "sonnet"),
        ("haiku", 9, 0, "haiku"),
        ("opus", 1, 1, "opus"),
        (None, 2, 1, None),
    ],
)
def test_a_task_that_failed_goes_one_tier_up_as_often_as_the_settings_say(
    tier: str | None, failures: int, after: int, expected: str | None
) -> None:
    assert tier_of(failed(tier, failures), RoutingSettings(escalate_after=after)) == expected


def test_a_task_for_the_local_command_goes_to_the_cheapest_agent_when_it_failed_or_there_is_no_command() -> None:
    assert (tier_of(failed("local", 0), OLLAMA), model_of(failed("local", 0), OLLAMA)) == ("local", None)
    assert tier_of(failed("local", 1), OLLAMA) == "haiku"
    assert tier_of(failed("local", 2), OLLAMA) == "sonnet"
    assert model_of(failed("local", 0), RoutingSettings()) == "haiku"
