"""What did a command change that its agent may not write? Asked after it ran."""

from __future__ import annotations

from mcp_server.core.guard.paths import judge
from mcp_server.domain.decision import Decision, foreign_holding
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_server.domain.activity import Command
    from mcp_server.domain.decision import AgentRights
    from mcp_server.ports import GuardBook, HookBooks, Journal

SHOWN_PATHS = 5
LONGEST = 1_000


class Damage:
    """A path that a command changed although its agent may not write it, and why it may not.

    `holder_id` is whose it is, or None when it only lies outside the agent's scope.
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


class Aftermath:
    """What a command did: the paths that its agent may write, and the damage."""

    __slots__ = ("damage", "own")

    def __init__(self, own: list[str], damage: list[Damage]) -> None:
        self.own = own
        self.damage = damage


def aftermath(books: HookBooks, rights: AgentRights, command: Command, paths: Sequence[str]) -> Aftermath:
    """Judge the paths that changed while the command ran.

    What its owner may have changed itself meanwhile, by an edit or by a command of its own, is nobody's fault; nor is
    what lies in nobody's claim while others had commands running.
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
            owner = _owner(books.guard, rights, decision.path)
            if owner is not None and owner not in others:
                damage.append(Damage(decision, owner))
        elif decision.rule == "outside" and not others:
            damage.append(Damage(decision, None))
    return Aftermath(own, damage)


def told_agent(damage: Sequence[Damage]) -> str:
    """What the agent is told whose command it was, in at most 1,000 characters."""
    parts = ["Interlock: this command changed what is not yours to change.", *map(_told, damage[:SHOWN_PATHS])]
    if len(damage) > SHOWN_PATHS:
        parts.append(f"And {len(damage) - SHOWN_PATHS} more.")
    if any(one.holder_id for one in damage):
        parts.append("Their holders have been told.")
    return clip(" ".join(parts), LONGEST)


def told_owner(one: Damage, culprit: str, command: str) -> tuple[str, str]:
    """Subject and text of the message to the agent whose file it was."""
    subject = f"{clip(culprit, 60)} changed your {clip(one.path, 160)} with a command"
    text = f"`{clip(' '.join(command.split()), 200)}` changed it; nothing was put back."
    return subject, text + (f" As you left it: {one.restore}" if one.restore else "")


def _told(one: Damage) -> str:
    whose = f"is held by {clip(one.decision.holder or '', 60)}" if one.holder_id else "lies outside your scope"
    back = f"; what was there before comes back with: {one.restore}" if one.restore else ""
    asked = " (ask its holder first)" if one.restore and one.holder_id else ""
    return f"{clip(one.path, 160)} {whose}{back}{asked}."


def _edited_since(journal: Journal, path: str, command: Command) -> bool:
    return any(editor.at >= command.began_at and editor.agent != command.agent for editor in journal.editors(path))


def _owner(guard: GuardBook, rights: AgentRights, path: str) -> int | None:
    holding = foreign_holding(path, rights.family, guard.near(path))
    return None if holding is None else holding.holder_id
