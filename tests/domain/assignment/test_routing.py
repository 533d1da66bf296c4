"""Which model works on a task."""

from __future__ import annotations

import pytest

from mcp_server.domain.assignment.routing import (
    Route,
    RoutingSettings,
    alias_of,
    is_of_the_family,
    model_of,
    route_of,
    tier_of,
)
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


@pytest.mark.parametrize(
    ("model", "alias"),
    [("haiku", "haiku"), ("claude-haiku-4-5-20251001", "haiku"), ("Claude-Opus-9[1m]", "opus"), ("qwen3", None)],
)
def test_the_clients_tool_is_given_the_family_of_a_model(model: str, alias: str | None) -> None:
    assert alias_of(model) == alias


def test_a_model_that_answered_is_the_wanted_one_by_its_name_or_by_its_family() -> None:
    assert is_of_the_family("claude-haiku-4-5", "haiku")
    assert is_of_the_family("claude-haiku-4-5", "claude-haiku-4-5")
    assert not is_of_the_family("claude-haiku-4-5", "claude-haiku-9")
    assert not is_of_the_family("claude-opus-4-5", "haiku")


def test_a_route_has_the_effort_of_its_tier() -> None:
    routing = RoutingSettings(effort=(("sonnet", "high"),))
    assert route_of(failed("haiku", 1), routing) == Route("T3", "sonnet", "sonnet", "high")
    assert route_of(failed("haiku", 0), routing) == Route("T3", "haiku", "haiku")
    assert route_of(failed(None, 0), routing) is None
    assert route_of(failed("local", 0), OLLAMA) is None
