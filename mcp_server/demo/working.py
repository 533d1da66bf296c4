"""The middle scenes: the guard blocks edits outside an agent's scope, and a file that two tasks need is shared."""

from __future__ import annotations

from mcp_server.demo import shop
from mcp_server.demo.expecting import expect
from mcp_server.demo.player import Player
from mcp_server.demo.shop import Change
from mcp_server.demo.stage import Stage

LOCK = f"path:{shop.SHARED}"
PATIENCE = 30


def keep_apart(stage: Stage) -> None:
    """Edits outside an agent's scope are blocked, with the reason; those inside pass silently."""
    stage.voice.scene("4. The guard keeps each agent in its scope")
    author, biller, cataloguer = (stage.holders[task] for task in ("auth", "billing", "catalog"))
    _blocked(stage, author, shop.HELD_BY_OTHERS, names=(biller.name, "billing"))
    _blocked(stage, cataloguer, shop.OUTSIDE, names=("catalog", "shop/catalog"))
    _command_blocked(stage, author, shop.HELD_THROUGH_BASH, names=(biller.name, "billing"))
    for player, change in ((biller, shop.BILLING), (cataloguer, shop.CATALOG), (author, shop.AUTH_BEGUN)):
        player.edit(change)
    stage.voice.says("all", "edit in their own scopes: passed")


def share(stage: Stage) -> None:
    """A file that two tasks need: one locks it, the other waits for the lock and gets it when it is released."""
    stage.voice.scene(f"5. A file that two tasks need: {shop.SHARED}")
    first, second = stage.holders["catalog"], stage.holders["billing"]
    granted = first.call("lock_resource", resource=LOCK, purpose="three results")
    expect(granted["granted"], f"the lock for {first.name}", granted)
    stage.voice.says(first.name, f"locks {LOCK}: granted")
    _blocked(stage, second, shop.TAX, names=(first.name, LOCK))
    second.begin_call("lock_resource", resource=LOCK, purpose="the tax", wait_seconds=PATIENCE)
    stage.voice.says(second.name, "asks for the lock and waits …")
    _until_waiting(first, second)
    _edit_and_commit(first, shop.RESULTS, "Show three results")
    released = first.call("unlock_resource", resource=LOCK)
    expect(released["released"], f"{first.name} to release the lock", released)
    stage.voice.says(first.name, f"edits {shop.SHARED}, commits, unlocks it")
    got = second.answer()
    expect(got["granted"], f"{second.name} to get the lock that was released", got)
    _edit_and_commit(second, shop.TAX, "Set the tax")
    second.call("unlock_resource", resource=LOCK)
    stage.voice.says(second.name, "… granted as soon as it was released: edits, commits, unlocks")


def finish(stage: Stage, task: str, message: str) -> None:
    """The task's holder commits what it did and reports it done."""
    holder = stage.holders[task]
    paths = [path for planned in shop.TASKS if planned["id"] == task for path in planned["scope"] if "*" not in path]
    holder.commit(message, paths)
    updated = holder.call("update_task", task_id=task, status="done")
    expect(updated["task"]["status"] == "done", f"{task} to be done", updated)
    stage.voice.says(holder.name, f"commits, and says that {task} is done")


def _blocked(stage: Stage, player: Player, change: Change, *, names: tuple[str, ...]) -> None:
    before = stage.repository.text(change.path)
    reason = player.blocked(change)
    for part in (change.path, *names):
        expect(part in reason, f"a reason that names {part}", reason)
    expect(stage.repository.text(change.path) == before, f"{change.path} to be untouched", "it was changed")
    stage.voice.says(player.name, f"edits {change.path}")
    stage.voice.blocked(player.name, reason)


def _command_blocked(stage: Stage, player: Player, command: str, *, names: tuple[str, ...]) -> None:
    reason = player.command_blocked(command)
    expect(all(word in reason for word in names), f"the reason to name {', '.join(names)}", reason)
    stage.voice.says(player.name, f"runs {command}")
    stage.voice.blocked(player.name, reason)


def _until_waiting(first: Player, second: Player) -> None:
    """Read the board until it shows that `second` waits for `first`; the agents' time limit also ends this."""
    while not any(
        waiting["who"] == second.name and waiting["waits_for"] == LOCK and waiting["holder"] == first.name
        for waiting in first.call("board")["waiting"]
    ):
        pass


def _edit_and_commit(player: Player, change: Change, message: str) -> None:
    player.edit(change)
    player.commit(message, [change.path])
