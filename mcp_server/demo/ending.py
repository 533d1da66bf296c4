"""The last scenes: an agent is killed and its task continued, knowledge is shared, and the result is checked."""

from __future__ import annotations

from mcp_server.demo import shop
from mcp_server.demo.expecting import expect
from mcp_server.demo.repository import FOUNDER
from mcp_server.demo.stage import Stage
from mcp_server.demo.working import finish

NOTE = "expired sessions are refused; still to do: revoked ones"
LEARNED = "billing and catalog both read settings.py: lock it, edit, unlock"


def take_over(stage: Stage) -> None:
    """While an agent lives nobody else gets its task; when it is killed, the next one continues from its note."""
    stage.voice.scene("6. An agent is killed, and its task is continued")
    victim, successor = stage.holders["auth"], stage.holders["catalog"]
    finish(stage, "billing", "Add tax to invoices")
    finish(stage, "catalog", "Search in any spelling")
    victim.call("update_task", task_id="auth", note=NOTE)
    stage.voice.says(victim.name, f"leaves a note at auth: {NOTE}")
    refused = successor.call("claim_task", task_id="auth")
    expect(refused.get("holder") == victim.name, f"auth to be held by {victim.name}, who is alive", refused)
    stage.voice.says(successor.name, f"claims auth: {victim.name} has it")
    victim.kill()
    stage.lost(victim)
    stage.voice.says("you", f"kill -9 {victim.name}")
    granted = successor.call("claim_task", task_id="auth")
    expect(granted.get("taken_from") == victim.name, f"{successor.name} to take auth over from {victim.name}", granted)
    own, *kept = [note["text"] for note in granted["notes"] if note["author"] == victim.name]
    expect(own == NOTE, f"{victim.name}'s note to be passed on", granted)
    expect(
        len(kept) == 1 and shop.AUTH_BEGUN.path in kept[0], f"what {victim.name} edited to be recorded with it", granted
    )
    stage.voice.says(
        successor.name, f"claims auth: granted at once, taken over from {victim.name}, with its note and what it edited"
    )
    stage.holders["auth"] = successor
    successor.edit(shop.AUTH_ENDED)
    stage.voice.says(successor.name, f"edits {shop.AUTH_ENDED.path}: passed")


def share_knowledge(stage: Stage) -> None:
    """What one agent learned is available to the others, with the commit at which it was observed."""
    stage.voice.scene("7. Knowledge is shared")
    writer, reader = stage.holders["auth"], stage.holders["billing"]
    kept = writer.call("write_state", kind="learning", text=LEARNED)["entry"]
    head, uncommitted = stage.repository.head(), len(stage.repository.uncommitted())
    observed = (head.startswith(kept["revision"]), kept["uncommitted"])
    expect(observed == (True, uncommitted), f"the entry to name commit {head}, {uncommitted} uncommitted", kept)
    stage.voice.says(writer.name, f"learned: {LEARNED}")
    read = reader.call("read_state")["entries"]
    expect(read == [kept], f"{reader.name} to read what {writer.name} wrote", read)
    seen = f"at commit {kept['revision'][:7]}, {kept['uncommitted']} file uncommitted"
    stage.voice.says(reader.name, f"reads it: {read[0]['author']} saw that, {seen}")
    finish(stage, "auth", "Refuse sessions that are over")


def check_result(stage: Stage) -> None:
    """Nothing is held any more, the repository's tests pass, and git shows who did what."""
    stage.voice.scene("8. The result")
    board = stage.board()
    left = [*board["tasks"], *board["claims"], *board["locks"]]
    expect(board["done"] == len(shop.TASKS) and not left, "all tasks done and nothing held", board)
    stage.voice.says("board", f"{board['done']} tasks done, nothing held")
    ran, failed = stage.repository.run_tests()
    expect(failed == 0, "the repository's tests to pass", f"{failed} of {ran} failed")
    stage.voice.says("tests", f"all {ran} pass")
    history = stage.repository.history()
    first, second = stage.holders["catalog"].name, stage.holders["billing"].name
    wanted = [
        (FOUNDER, "The shop so far"),
        (first, "Show three results"),
        (second, "Set the tax"),
        (second, "Add tax to invoices"),
        (first, "Search in any spelling"),
        (stage.holders["auth"].name, "Refuse sessions that are over"),
    ]
    expect(history == wanted, f"the commits {wanted}", history)
    stage.voice.says("git", "; ".join(f"{author}: {message}" for author, message in history[1:]))
    expect(stage.repository.uncommitted() == [], "nothing uncommitted", stage.repository.uncommitted())
