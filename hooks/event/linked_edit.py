"""After an edit that went through a symbolic link: does the link still lead to what its agent may write?

The decision was made before; whoever exchanges the link in between moves the edit to another file.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository


def report(event: Event, repository: Repository, path: str) -> str:
    """What to tell the agent if the edit is in a file that it may not write; its holder is notified. Else ""."""
    from shlex import quote

    from mcp_server.adapters.host import edit_backups
    from mcp_server.core.guard.damage import Damage, message_to_agent, message_to_holder
    from mcp_server.core.guard.paths import judge
    from mcp_server.domain.decision import foreign_lease
    from mcp_server.hook_app import HookStore, worktree_context

    store = HookStore(repository)
    rights = store.guard.rights(event.key, event.parent_key)
    [decision] = judge(store.guard, rights, [path], worktree_context(repository, event.cwd))
    if decision.allowed:
        return ""
    lease = foreign_lease(path, rights.family, store.guard.near(path))
    damage = Damage(decision, None if lease is None or lease.elsewhere is not None else lease.holder_id)
    backup = edit_backups.rescue(repository, path)
    damage.restore = f"cp -- {quote(backup)} {quote(f'{repository.root}/{path}')}" if backup else ""
    if damage.holder_id is not None and rights.family:
        name = store.activity.name(rights.family[0])
        with store.writing():
            store.inbox.post(None, damage.holder_id, *message_to_holder(damage, name, "An edit through a link"))
    return message_to_agent([damage])
