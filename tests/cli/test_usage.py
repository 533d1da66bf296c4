"""`interlock usage` and `interlock budget` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.adapters.transcripts.reader import AT_ONCE
from mcp_server.core.usage.catch_up import count_rest
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from tests.cli.test_commands import Shell, interlock, planned
from tests.transcripts import append, response, write

__all__ = ["interlock", "planned"]
PRICES = '"claude-opus" = { input = 10, output = 50, cache_written = 12.5, cache_read = 1 }\n'


def settings(shell: Shell, text: str) -> None:
    file = shell.directory / ".claude/interlock.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


@pytest.fixture
def transcript(planned: Shell, tmp_path: Path) -> Path:
    """Ada holds T1, and two of her responses were counted."""
    assert Shell(planned.directory, session="ada")("claim", "T1", "--json").json["granted"]
    lines = [response(name, (1_000, 200, 30, 4_000), at="") for name in ("m1", "m2")]
    file = write(tmp_path / "ada.jsonl", *lines)
    store = SqliteStore(
        planned.directory / ".git/interlock/state.db",
        clock=system_clock,
        policy=lambda: Policy("enforce", "allow", parse([])),
    )
    with store.reading() as books:
        ada = books.agents.find("ada")
    assert ada is not None
    count_rest(store, AT_ONCE, str(file), str(file), agent=ada.id)
    store.close()
    return file


def test_where_nothing_was_counted_and_where_it_is_not_in_use_that_is_said(interlock: Shell) -> None:
    unused = interlock("usage")
    assert (unused.code, "not in use" in unused.out) == (0, True)
    interlock("init")

    empty, none = interlock("usage"), interlock("budget")

    assert (empty.code, empty.out) == (
        0,
        "No tokens were counted: they are counted as agents work in this repository.\n",
    )
    assert (none.code, none.out) == (0, "The settings set no budget.\n")


@pytest.mark.parametrize(("by", "name"), [("agent", "agent-1"), ("task", "T1"), ("model", "claude-opus-5-5")])
def test_what_was_spent_is_shown_as_a_table_and_as_json(planned: Shell, transcript: Path, by: str, name: str) -> None:
    settings(planned, "[prices]\n" + PRICES)
    append(transcript, response("m3", (1_000, 200, 30, 4_000), at=""), "no line\n")

    shown, said = planned("usage", "--by", by, "--since", "today"), planned("usage", "--by", by, "--json").json

    assert shown.code == 0
    assert name in shown.out
    for number in ("3,000", "600", "90", "12,000", "3,690", "about", "0.07"):
        assert number in shown.out
    assert "Not exact" not in shown.out
    [part] = said["usage"]
    assert part == said["whole"] | {"name": name}
    assert part == {
        "name": name,
        "responses": 3,
        "input": 3_000,
        "output": 600,
        "cache_written": 90,
        "cache_read": 12_000,
        "total": 3_690,
        "about": 0.0731,
    }


def test_where_it_is_not_exact_and_no_price_is_known_that_is_said(planned: Shell, transcript: Path) -> None:
    transcript.unlink()

    shown, said = planned("usage"), planned("usage", "--json").json

    assert "Not exact:" in shown.out
    assert "agent-1: its transcript is gone" in shown.out
    assert "about" not in shown.out
    assert said["inexact"] == ["agent-1: its transcript is gone"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("usage", "--since", "soon"), "--since 'soon' is not a day: give one as 2026-01-31, today, yesterday, or 7d"),
        (("usage", "--by", "colour"), "colour"),
        (("budget", "raise", "T1"), "say which budget, and the number of tokens"),
        (("budget", "raise", "T1", "lots"), "'lots' is not a number of tokens"),
        (("budget", "raise", "T9", "5M"), "there is no task 'T9'"),
        (("budget", "raise", "agent", "eve", "5M"), "there is no agent 'eve'"),
    ],
)
def test_bad_words_are_misuse_and_named(planned: Shell, words: tuple[str, ...], told: str) -> None:
    ran = planned(*words)
    assert (ran.code, told in ran.err + ran.out) == (2, True), ran


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[budget]\ntask_tokens = -1\n", "budget.task_tokens must be a number of tokens, 0 for no limit, from 0 to"),
        ("[budget]\nday_tokens = 1.5\n", "budget.day_tokens must be a number of tokens"),
        ('[budget]\nagent_tokens = "much"\n', "budget.agent_tokens must be a number of tokens"),
        ("[budget]\nwarn = 80\n", "budget.warn must be a number from 0.01 to 1"),
        ("budget = 5\n", "budget must be a section"),
        ("[prices]\nopus = 5\n", "prices.opus must be a table with input, output, cache_written, cache_read"),
        ("[prices]\nopus = { input = 5 }\n", "prices.opus must be a table with"),
        (f"[prices]\n{PRICES.replace('50', '-1')}", "prices.claude-opus.output must be a number from 0"),
    ],
)
def test_settings_of_nonsense_are_named(planned: Shell, text: str, told: str) -> None:
    settings(planned, text)
    ran = planned("budget")
    assert (ran.code, told in ran.err) == (3, True), ran


def test_a_person_raises_a_budget_and_an_agent_is_refused_with_the_line(planned: Shell, transcript: Path) -> None:
    settings(planned, "[budget]\ntask_tokens = 2000\n")
    agent = Shell(planned.directory, session="ada")
    refused = agent("budget", "raise", "T1", "5k")
    assert refused.code == 1
    assert "only a person may do this" in refused.err
    assert "`interlock budget raise T1 5k`" in refused.err
    assert planned("budget", "--json").json["budgets"] == []

    raised = planned("budget", "raise", "T1", "5k")

    assert (raised.code, raised.out) == (0, "T1 may spend 5,000 tokens; 2,460 are spent.\n")
    told = agent("message", "--json").json["messages"]
    assert "pat raised the budget of T1 (2,460 of 5,000 tokens)" in [message["subject"] for message in told]
    said = planned("budget", "--json").json
    assert (said["task_tokens"], said["warn"]) == (2_000, 0.8)
    assert said["budgets"] == [{"kind": "task", "name": "T1", "limit": 5_000, "spent": 2_460, "level": "free"}]
    shown = planned("budget").out
    assert "task T1" in shown
    assert "The settings allow a task 2,000 tokens." in shown


def test_a_used_up_task_is_refused_at_the_claim_and_a_planned_budget_is_shown_there(
    planned: Shell, transcript: Path
) -> None:
    Shell(planned.directory, session="ada")("release", "T1")
    settings(planned, "[budget]\ntask_tokens = 2000\n")
    plan = {"tasks": [{"title": "More", "scope": ["more"], "id": "M1", "budget": 700}]}
    assert planned("plan", "-", stdin=json.dumps(plan)).code == 0
    bob = Shell(planned.directory, session="bob")

    refused = bob("claim", "T1", "--json")

    assert (refused.code, refused.json["reason"]) == (1, "budget")
    assert refused.json["advice"].startswith("The budget of T1 (2,460 of 2,000 tokens) is used up")
    assert bob("claim", "M1", "--json").json["budget"] == {"limit": 700, "spent": 0}
