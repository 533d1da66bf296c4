"""The story: what one machine plans the other one does, they keep apart, and go on when the database is gone."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from mcp_server.demo import shop
from mcp_server.demo.expecting import expect
from mcp_server.demo.machines.stage import Machine, Stage

TASKS = [
    {"id": "billing", "title": "Add tax to invoices", "scope": ["shop/billing"]},
    {"id": "auth", "title": "Refuse sessions that are over", "scope": ["shop/auth"]},
]
PATIENCE, PAUSE = 30.0, 0.2
"""Seconds that a machine may take to notice that the database is back, and between two looks."""
QUESTION = "Which tax do you take?"


def meet(stage: Stage) -> None:
    """One database, two machines that cloned the same repository, an agent on each."""
    stage.voice.scene("1. Two machines share one PostgreSQL")
    stage.set_up()
    version = f"PostgreSQL {stage.database.version}, on a socket in a temporary folder"
    stage.voice.says("database", version)
    stage.voice.says("git", "a small shop, cloned twice; its settings name the database: [store] url")
    for machine in (stage.laptop, stage.build):
        stage.voice.says(machine.name, f"interlock init; an agent starts there: {machine.agent_name}")


def share_tasks(stage: Stage) -> None:
    """What is planned on one machine is claimed on the other, once."""
    stage.voice.scene("2. A plan on one machine, a claim on the other")
    laptop, build = stage.laptop, stage.build
    planned = laptop.agent.call("plan_tasks", tasks=TASKS)
    expect(sorted(planned["ready"]) == ["auth", "billing"], "two tasks to be ready", planned)
    stage.voice.says(laptop.name, "ada plans billing and auth")
    granted = build.agent.call("claim_task", task_id="billing")
    expect(granted["granted"], "billing for ben", granted)
    stage.voice.says(build.name, "ben claims billing: granted")
    refused = laptop.agent.call("claim_task", task_id="billing")
    expect(refused.get("holder") == build.agent_name, f"billing to be held by {build.agent_name}", refused)
    stage.voice.says(laptop.name, f"ada claims billing: {refused['holder']} has it")


def share_what_is_one(stage: Stage) -> None:
    """Locks and messages span machines; files do not, and the guard says what the merge would meet."""
    stage.voice.scene("3. What there is once, words, and files")
    laptop, build = stage.laptop, stage.build
    locked = build.agent.call("lock_resource", resource="staging", purpose="try the new tax")
    expect(locked["granted"], "the lock for ben", locked)
    refused = laptop.agent.call("lock_resource", resource="staging")
    expect(refused.get("holder") == build.agent_name, f"staging to be locked by {build.agent_name}", refused)
    stage.voice.says(laptop.name, f"ada locks staging: {refused['holder']} has it, to {refused['purpose']}")
    sent = laptop.agent.call("send_message", to=build.agent_name, subject=QUESTION)
    expect(sent["delivered_to"] == [build.agent_name], "the message to reach ben", sent)
    read = build.agent.call("read_messages")["messages"]
    asked = [one["subject"] for one in read if one["sender"] == laptop.agent_name]
    expect(QUESTION in asked, "ben to read it", read)
    stage.voice.says(build.name, f"ben reads: {laptop.agent_name} asks: {QUESTION}")
    stage.voice.says(laptop.name, f"ada edits {shop.HELD_BY_OTHERS.path}, which she has a copy of her own of")
    reason = laptop.agent.blocked(shop.HELD_BY_OTHERS)
    expect("the merge would conflict" in reason, "ada to hear that the merge would conflict", reason)
    stage.voice.blocked(laptop.name, reason)


def go_on_without(stage: Stage) -> None:
    """Without the database nothing new is granted, and work in one's own scope goes on."""
    stage.voice.scene("4. The database is gone for a while")
    laptop, build = stage.laptop, stage.build
    stage.database.stop()
    _, why = laptop.agent.tried("claim_task", task_id="auth")
    expect("can't be reached" in why, "the claim to be refused, because the database can't be reached", why)
    stage.voice.says(laptop.name, "ada claims auth: refused, the database can't be reached")
    build.agent.edit(shop.BILLING)
    stage.voice.says(build.name, f"ben edits {shop.BILLING.path}, in his own scope: passed")
    stage.database.start()
    granted = _once_it_is_back(laptop, "auth")
    expect(granted["granted"], "auth for ada", granted)
    stage.voice.says(laptop.name, "the database is back; ada claims auth: granted")


def see_the_same(stage: Stage) -> None:
    """Both machines show the same."""
    stage.voice.scene("5. One board")
    stage.build.agent.call("update_task", task_id="billing", status="done")
    stage.voice.says(stage.build.name, "ben says that billing is done")
    seen = [_board(machine) for machine in (stage.laptop, stage.build)]
    expect(seen[0] == seen[1], "both to see the same", seen)
    expect(seen[0] == {"done": 1, "holders": {"auth": stage.laptop.agent_name}}, "ada to hold auth", seen[0])
    stage.voice.says("both", f"see: billing is done, auth is {stage.laptop.agent_name}'s")
    for line in stage.types(stage.laptop, "store", "status").splitlines():
        stage.voice.note(line.rstrip())


def _once_it_is_back(machine: Machine, task: str) -> dict[str, Any]:
    """Claim a task as soon as the machine has noticed that the database answers again."""
    last = monotonic() + PATIENCE
    while True:
        answer, why = machine.agent.tried("claim_task", task_id=task)
        if answer is not None:
            return answer
        expect(monotonic() < last, "the database to be reached again", why)
        sleep(PAUSE)


def _board(machine: Machine) -> dict[str, Any]:
    board = machine.agent.call("board")
    return {"done": board["done"], "holders": {claim["task"]: claim["holder"] for claim in board["claims"]}}
