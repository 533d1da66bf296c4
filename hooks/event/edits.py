"""Edits that the guard lets pass, until they are in the journal: who edited what and when.

A hook after each edit would cost a process each, and the end of a step, which comes anyway, does not come when the user
interrupts it. So the guard records what it lets pass and what the file is like; every hook that comes later, of any
agent, finds by the file whether the edit has been made. Nothing here ever disturbs the agent's work.
"""

from __future__ import annotations

import os
import sys

from hooks.event.targets import targets
from mcp_server.adapters.host.file_stamp import sign, stamp
from mcp_server.adapters.host.repository import Repository, real, used_at
from mcp_server.domain.activity import BegunEdit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hooks.event.event import Event
    from mcp_server.hook_app import HookStore

SOON = 300.0
"""Seconds within which an edit is made, as a rule: a later change of the file counts only if its step has ended well,
since a person may have refused the edit and changed the file."""
CLOCK_STEP = 0.05
"""Seconds by which a file's time may be behind the clock's."""


def begin(  # noqa: PLR0913  what is known of the edit by now
    event: Event, repository: Repository, store: HookStore | None, path: str, spelled: str, *, has_claim: bool
) -> None:
    """The guard lets the agent edit `path`, which the call calls `spelled`; the agent's leases are renewed."""
    try:
        if store is None:
            from mcp_server.hook_app import HookStore

            store = HookStore(repository)
        look(store)
        family = _known(event, store) or _registered(event, store)
        file = os.path.join(repository.root, path)
        link = "" if spelled == file else spelled
        content = (sign(file) or "") if has_claim else ""
        edit = BegunEdit(family[0], repository.root, path, event.call_id, stamp(file) or "", link, content, store.now)
        with store.writing():
            if store.guard.is_due(family):
                store.guard.touch(family)
            store.begun_edits.begin(edit)
    except Exception as error:  # noqa: BLE001  the decision is valid without it
        _complain(error)


def look(store: HookStore, *, after_a_command: bool = False) -> None:
    """Enter what has been made by now in the journal, whoever made it: before anybody asks who edited what.

    What a command may have changed just now is not kept as the copy of what its editor left.
    """
    try:
        pending = store.begun_edits.pending()
        if pending:
            _enter(store, [edit for edit in pending if not _leads_elsewhere(edit)], copies=not after_a_command)
    except Exception as error:  # noqa: BLE001  see above
        _complain(error)


def end(event: Event, store: HookStore) -> str:
    """The agent's edits have been made or never will be; what to tell it of those that went through a link."""
    try:
        pending = store.begun_edits.pending()
        if not pending:
            return ""
        failed = event.failed_calls
        rest = [edit for edit in pending if edit.call not in failed]
        family = store.guard.rights(event.key, None).family
        led = [edit for edit in rest if edit.link and edit.agent in family[:1]]
        reports = [_through_link(event, edit) for edit in led]
        own = [edit.agent for edit in pending if edit.agent in family[:1]]
        circles = [_circles(event, store, edit) for edit in rest if edit.agent in own]
        made = _enter(store, [edit for edit in rest if not _leads_elsewhere(edit)], set(event.batch), ended=own[:1])
        for root in {edit.root for edit in made if edit.agent in family[:1]}:
            if not store.guard.at_work(event.key, root):
                _works_in(event, _in_worktree(store, root))
        return "\n".join(filter(None, (*reports, *circles)))
    except Exception as error:  # noqa: BLE001  see above
        _complain(error)
    return ""


def elsewhere(event: Event, here: Repository | None) -> list[Repository]:
    """The other repositories in use in which calls of this step may have edited something."""
    found: dict[str, Repository] = {}
    for call in event.calls:
        try:
            around = [used_at(real(call.at_home(path), call.cwd), call.project) for path in targets(call)[0]]
        except ValueError:  # an editor's call that names no file, or none that can be
            continue
        for repository in around:
            if repository is not None and (here is None or repository.state != here.state):
                found[repository.state] = repository
    return list(found.values())


def _enter(
    store: HookStore,
    begun: Sequence[BegunEdit],
    over: Collection[str] = (),
    *,
    ended: Sequence[int] = (),
    copies: bool = True,
) -> Sequence[BegunEdit]:
    """Enter those that have been made in the journal, and keep copies of the files.

    `over` are calls that have ended, and `ended` are agents of whose edits no more is to come.
    """
    found = [(edit, stamp(_file(edit)) or "") for edit in begun]
    changed = [(edit, after, _changed_at(edit, after, store.now)) for edit, after in found if after != edit.before]
    made = [each for each in changed if each[0].call in over or each[2] <= each[0].at + SOON]
    if not made and not ended:
        return ()
    with store.writing():
        entered = [edit for edit, after, at in made if store.begun_edits.made(edit, after, at)]
        for agent in ended:
            store.begun_edits.over(agent)
    for edit in entered if copies else ():
        _keep_copy(_in_worktree(store, edit.root), edit.path)
    return entered


def _through_link(event: Event, edit: BegunEdit) -> str:
    """What to tell the agent if its edit went through a link to what it may not write: by now it may lead elsewhere.

    An edit that it led elsewhere is entered in the journal.
    """
    file = real(edit.link, os.sep)
    repository = used_at(file, event.project)
    after = stamp(file) or ""
    is_same = file == _file(edit)
    if repository is None or not after or (is_same and after == edit.before) or _is_older(after, edit):
        return ""
    from hooks.event import linked_edit
    from mcp_server.hook_app import HookStore

    path = repository.relative(file)
    told = linked_edit.report(event, repository, path)
    if not is_same:
        family = _works_in(event, repository)
        store = HookStore(repository)
        with store.writing():
            store.journal.edited(path, family[0])
        _keep_copy(repository, path)
    return told


def _circles(event: Event, store: HookStore, edit: BegunEdit) -> str:
    """What to tell an agent with a claim if this edit shows that it goes in circles."""
    is_unknown = not edit.content and bool(edit.before)
    if is_unknown or store.guard.policy().mode == "off" or edit.root != store.repository.root:
        return ""
    rights = store.guard.rights(event.key, event.parent_key)
    if not rights.claims():
        return ""
    from hooks.track.edits import after_edit

    return after_edit(store, edit.path, rights, edit.content)


def _leads_elsewhere(edit: BegunEdit) -> bool:
    return bool(edit.link) and real(edit.link, os.sep) != _file(edit)


def _file(edit: BegunEdit) -> str:
    return os.path.join(edit.root, edit.path)


def _changed_at(edit: BegunEdit, after: str, now: float) -> float:
    """When the file with this stamp was changed: a file's clock is a little behind, and what is gone went just now."""
    return min(max(_seconds(after), edit.at), now) if after else now


def _seconds(stamped: str) -> float:
    return int(stamped.partition(" ")[0]) / 1e9


def _is_older(after: str, edit: BegunEdit) -> bool:
    return _seconds(after) < edit.at - CLOCK_STEP


def _keep_copy(repository: Repository, path: str) -> None:
    from mcp_server.adapters.host import edit_backups

    edit_backups.keep(repository, path)


def _in_worktree(store: HookStore, root: str) -> Repository:
    return Repository(root, store.repository.state, store.repository.main)


def _known(event: Event, store: HookStore) -> Sequence[int]:
    """The agent and the one it works under, wherever it works; nobody if it was never seen."""
    return store.guard.at_work(event.key, store.repository.root) or store.guard.rights(event.key, None).family


def _works_in(event: Event, repository: Repository) -> Sequence[int]:
    """The agent and the one it works under, having edited in this worktree."""
    from mcp_server.hook_app import HookStore

    store = HookStore(repository)
    return store.guard.at_work(event.key, repository.root) or _registered(event, store)


def _registered(event: Event, store: HookStore) -> Sequence[int]:
    """An agent that is new, or new in this worktree: only this needs the whole store."""
    from hooks.event import agents

    return agents.registered(event, store)


def _complain(error: Exception) -> None:
    print(f"interlock: an edit is not in the journal: {error}", file=sys.stderr)
