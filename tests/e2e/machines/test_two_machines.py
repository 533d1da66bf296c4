"""Two machines, each with a home, a checkout and the real client, share one PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.e2e.harness import processes
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.session import Session
from tests.e2e.harness.steps import once_told, plan, tool, write
from tests.e2e.harness.turns import Json, Request, Step, ToolResult, Turn, say
from tests.postgres.shared import shared

SILENT = 90.0
AS_A_MACHINE = """#!/bin/sh
exec unshare --uts sh -c 'hostname {name} && exec "$0" "$@"' '{program}' "$@"
"""


class Machine:
    """A machine: its client, and its clone of the repository."""

    def __init__(self, name: str, client: ClaudeClient, checkout: Path) -> None:
        self.name, self.client, self.checkout = name, client, checkout

    def session(self, name: str) -> Session:
        """A session of its client that is spoken to."""
        return self.client.start(cwd=self.checkout, plugin_dir=ROOT, name=name)


@pytest.fixture
def database() -> str:
    """A database that nobody has used yet."""
    return shared(18).database()


@pytest.fixture
def machine(
    client: ClaudeClient, model: ScriptedModel, repo: Path, tmp_path: Path, database: str
) -> Iterator[Callable[[str], Machine]]:
    """Makes a machine of this name, whose processes no other one can see."""
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text(f'lease_minutes = 1\n[store]\nurl = "{database}"\n')
    git(repo, "add", ".claude")
    git(repo, "commit", "--quiet", "--message", "Share the tasks")
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), "origin.git")
    made: list[Machine] = []

    def make(name: str) -> Machine:
        folder = tmp_path / name
        git(tmp_path, "clone", "--quiet", "origin.git", name)
        program = tmp_path / f"claude-on-{name}"
        program.write_text(AS_A_MACHINE.format(name=name, program=client.binary))
        program.chmod(0o755)
        theirs = ClaudeClient(program, client.version, tmp_path / f"home-{name}", model.url)
        settle(theirs.home)
        made.append(Machine(name, theirs, folder))
        return made[-1]

    yield make
    for one in made:
        one.client.clean_up()


def vanishes(gone: Machine, database: str) -> None:
    """The whole machine is gone: nobody ends anything for it, and it is silent for longer than a lease lasts."""
    processes.end(gone.client.home)
    with psycopg.connect(database, autocommit=True) as admin:
        [schema] = admin.execute("SELECT schema FROM interlock.repository").fetchone() or [""]
        silent = f'UPDATE "{schema}".agent SET seen_at = seen_at - %s, due_at = due_at - %s WHERE name LIKE %s'  # noqa: S608  a name of ours
        admin.execute(silent.encode(), [SILENT, SILENT, f"%@{gone.name}"])


def has_lost(checkout: Path) -> bool:
    """Whether the mirror of this checkout knows that a lease of its agents was taken over."""
    with closing(sqlite3.connect(checkout / ".git/interlock/state.db", timeout=20)) as state:
        return bool(state.execute("SELECT 1 FROM lease WHERE taken_by IS NOT NULL").fetchone())


def git(where: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(where), *words], check=True, capture_output=True)


class Script:
    """What one agent does, from one word of its user to the next, and what Interlock's tools answered it."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.last: list[ToolResult] = []
        self._answers: list[ToolResult] = []

    def does(self, *steps: Step, claims: bool = False) -> None:
        """Until its turn ends; one that claims is asked once what is to become of it."""
        self.steps += [*steps, self._ends, *([say("I go on with it later.")] if claims else [])]

    def _ends(self, request: Request) -> Turn:
        before = len(self.last)
        self.last = request.results
        self._answers = self.last[before:]
        return say("Done.")

    @property
    def latest(self) -> list[Json]:
        """What the tools of its last turn answered."""
        return [result.structured for result in self._answers]


@pytest.mark.skipif(os.geteuid() != 0, reason="a machine's name is its own in a namespace, which takes root")
def test_what_one_plans_another_claims_and_a_machine_that_vanishes_keeps_nothing(
    machine: Callable[[str], Machine], model: ScriptedModel, database: str
) -> None:
    laptop, build = machine("laptop"), machine("build-2")
    late = laptop.checkout / "src/auth/late.py"
    alpha, beta = Script(), Script()
    alpha.does(
        plan("src/auth/**", "src/api/**"),
        tool("claim_task", task_id="T1"),
        tool("lock_resource", resource="staging", purpose="try the login", minutes=1),
        claims=True,
    )
    alpha.does(once_told("May I have staging?"))
    alpha.does()
    alpha.does(write(late))
    beta.does()
    beta.does(
        tool("claim_task", task_id="T1"),
        tool("claim_task"),
        tool("lock_resource", resource="staging"),
        tool("send_message", to="alpha@laptop", subject="May I have staging?"),
        tool("board"),
        claims=True,
    )
    beta.does(tool("claim_task", task_id="T1"), tool("lock_resource", resource="staging"), claims=True)
    model.script("ALPHA", *alpha.steps)
    model.script("BETA", *beta.steps)

    first = laptop.session("alpha")
    first.ask("ALPHA begins")
    planned, mine, lock = alpha.latest
    assert planned["created"] == ["T1", "T2"]
    assert (mine["granted"], lock["granted"]) == (True, True)

    second = build.session("beta")
    second.ask("BETA begins")
    eventually((build.checkout / ".git/interlock/state.db").exists, "the use of Interlock in the clone")
    second.ask("Go on.")
    held, granted, locked, sent, board = beta.latest
    assert (held["granted"], held["reason"], held["holder"]) == (False, "held", "alpha@laptop")
    assert (granted["granted"], granted["task"]["id"]) == (True, "T2")
    assert (locked["granted"], locked["holder"]) == (False, "alpha@laptop")
    assert sent["delivered_to"] == ["alpha@laptop"]
    assert {agent["name"] for agent in board["agents"]} >= {"alpha@laptop", "beta@build-2"}
    first.ask("What is new?")

    first.kill()
    vanishes(laptop, database)
    second.ask("The laptop is gone.")
    taken, freed = beta.latest
    assert (taken["granted"], taken["taken_from"], freed["granted"]) == (True, "alpha@laptop", True)

    back = laptop.client.start(cwd=laptop.checkout, plugin_dir=ROOT, resume=first.session_id)
    back.ask("I am back.")
    eventually(
        lambda: has_lost(laptop.checkout), "the mirror that knows of it"
    )  # until then it is as without a network
    back.ask("Go on.")
    assert "beta@build-2" in alpha.last[-1].text
    assert not late.exists()
