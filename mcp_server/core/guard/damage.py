"""Did a command change what its agent may not write? Asked after it ran."""

from __future__ import annotations

from mcp_server.core.guard.paths import judge
from mcp_server.domain.decision import Decision, foreign_lease
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_server.domain.activity import Command
    from mcp_server.domain.decision import AgentRights
    from mcp_server.ports import HookBooks, Journal

SHOWN_PATHS = 5
LONGEST = 1_000


class Damage:
    """A path that a command changed although its agent may not write it, and the reason.

    `holder_id` is None when nobody holds it and it is only outside the agent's scope.
    """

    __slots__ = ("decision", "holder_id", "restore")

    def __init__(self, decision: Decision, holder_id: int | None) -> None:
        self.decision = decision
        self.holder_id = holder_id
        self.restore = ""

    @property
    def path(self) -> str:
        """The path, relative to its worktree."""
        return self.decision.path


class Changes:
    """What a command changed: paths that its agent may write, and damage."""

    __slots__ = ("damage", "own")

    def __init__(self, own: list[str], damage: list[Damage]) -> None:
        self.own = own
        self.damage = damage


def judge_changes(books: HookBooks, rights: AgentRights, command: Command, paths: Sequence[str]) -> Changes:
    """Judge the paths that changed while the command ran.

    A path that its holder may have changed itself meanwhile is no damage; nor is an unclaimed one while others had
    commands running.
    """
    others = books.commands.alongside(command.agent, command.began_at)
    own: list[str] = []
    damage: list[Damage] = []
    for decision in judge(books.guard, rights, paths):
        if _edited_since(books.journal, decision.path, command):
            continue
        if decision.allowed:
            own.append(decision.path)
        elif decision.rule == "held":
            lease = foreign_lease(decision.path, rights.family, books.guard.near(decision.path))
            if lease is not None and lease.elsewhere is not None:
                damage += [] if others else [Damage(decision, None)]  # its holder loses nothing in this checkout
            elif lease is not None and lease.holder_id not in others:
                damage.append(Damage(decision, lease.holder_id))
        elif decision.rule in ("outside", "plan", "role") and not others:
            damage.append(Damage(decision, None))
    return Changes(own, damage)


def message_to_agent(damage: Sequence[Damage]) -> str:
    """The message to the agent that ran the command, in at most 1,000 characters."""
    parts = ["Interlock: this command changed files that you may not write.", *map(_described, damage[:SHOWN_PATHS])]
    if len(damage) > SHOWN_PATHS:
        parts.append(f"And {len(damage) - SHOWN_PATHS} more.")
    if any(one.holder_id for one in damage):
        parts.append("Their holders have been notified.")
    return clip(" ".join(parts), LONGEST)


def unconfined() -> str:
    """The message to an agent whose command should have been confined and was not."""
    return (
        "Interlock: the kernel did not confine this command to your scope, although it can: its shell was not set up "
        "for that, or the record of the call is gone. What the command changed was examined instead. Do not go on "
        "with commands that write: tell the user, who starts a new session; `interlock doctor` says what is wrong."
    )


def message_on_programs(changes: Sequence[tuple[str, str]], culprit: str, command: str) -> tuple[str, str, str]:
    """On what a command changed of what git runs: the message to its agent, and subject and text for all others.

    Each change is words, and the command that undoes it.
    """
    what = "; ".join(clip(words, 200) for words, _ in changes[:SHOWN_PATHS])
    back = " && ".join(undo for _, undo in changes[:SHOWN_PATHS] if undo)
    undo = f" This undoes it: {back}" if back else ""
    to_agent = (
        f"Interlock: this command changed what git or Interlock runs for everybody in this repository: {what}. Tell "
        f"the user if your task did not ask for that; the others have been notified.{undo}"
    )
    subject = f"{clip(culprit, 60)} changed what git runs in this repository"
    return clip(to_agent, LONGEST), subject, f"`{clip(' '.join(command.split()), 200)}`: {what}.{undo}"


def message_to_holder(one: Damage, culprit: str, command: str) -> tuple[str, str]:
    """Subject and text of the message to the agent that holds the file."""
    subject = f"{clip(culprit, 60)} changed your {clip(one.path, 160)} with a command"
    text = f"`{clip(' '.join(command.split()), 200)}` changed it; nothing was restored."
    return subject, text + (f" This restores your version: {one.restore}" if one.restore else "")


def _described(one: Damage) -> str:
    outside = "may not be changed in your role" if one.decision.rule == "role" else "lies outside your scope"
    whose = f"is held by {clip(one.decision.holder or '', 60)}" if one.decision.rule == "held" else outside
    back = f"; this restores what was there: {one.restore}" if one.restore else ""
    asked = " (ask its holder first)" if one.restore and one.holder_id else ""
    return f"{clip(one.path, 160)} {whose}{back}{asked}."


def _edited_since(journal: Journal, path: str, command: Command) -> bool:
    return any(editor.at >= command.began_at and editor.agent != command.agent for editor in journal.editors(path))
