"""Applies a person's changes in the list to the tasks.

- A tick counts, whoever holds the task: it is done, and its holder is notified. Removing a tick reopens the task.
- `[!]` blocks a task that nobody holds; a blank box undoes that. Neither reopens a task that was done meanwhile.
- `[~]` set by a person is their own claim: nobody gets the task until the box is blank again.
- `[?]` waits for review: a tick approves it, a blank box puts it back, its scope closed until then. Written by a person
  it asks for review of a task that nobody holds.
- No other mark takes a claim from its holder: it is reset to `[~]`, and the holder is notified.
- A deleted task is dropped, and nothing waits for it any more; pasting the line again brings it back. A task in
  progress is added to the list again; a done task stays done.
- What can't be applied (an invalid pattern, an unknown or circular dependency, a scope that overlaps somebody
  else's lease) is reported, and the text stays as it was written.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mcp_server.core.leases.obstacles import lease_of, parsed_input, scope_availability
from mcp_server.core.task_list import reviews
from mcp_server.core.task_list.match import Line, title_of
from mcp_server.core.tasks.plan import HIGHEST_PRIORITY
from mcp_server.core.tasks.unblock import reopen
from mcp_server.domain import accepted_text
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.lease import Lease
from mcp_server.domain.machines.names import without_host
from mcp_server.domain.scopes.scope import Scope, anchors_of
from mcp_server.domain.task import Draft, Status, Task
from mcp_server.ports import Books
from mcp_server.task_list.item import BLOCKED, DONE, IN_PROGRESS, REVIEW, TODO, Item
from mcp_server.task_list.item_id import number_of
from mcp_server.task_list.note import Note

RESERVED = "somebody is working on it, says the task list"
"""The `needs` of a task that a person marked `[~]`; followed by a name where the line has one."""


UNKNOWN = "it waits for a task that does not exist"
"""The `needs` of a task whose line names such a task behind `after`; followed by the ids."""


class ListEdits:
    """Applies one version of the list to the tasks, inside one transaction; `agent_id` is the calling agent, if any.

    `used` are the ids in the list, and `numbers` those of all ids like `T3` that it shows: no other task gets one.
    `first` is the first version of a list that is read here.
    """

    def __init__(  # noqa: PLR0913  what a version of the list is applied with
        self,
        books: Books,
        agent_id: int | None,
        name: str,
        *,
        used: Collection[str | None] = (),
        numbers: Collection[int] = (),
        first: bool = False,
    ) -> None:
        self._books = books
        self._agent_id = agent_id
        self._used = used
        self._numbers = numbers
        self._first = first
        self._name = name
        self._where = f"in {name}"
        self.notices: list[str] = []
        self.changed: dict[str, None] = {}
        self.created: list[str] = []

    def add(self, line: Line) -> Line:
        """Add a new task, under the id in its line or a new one."""
        item = line.item
        task_id = self._free_id(line.id)
        scope = self._scope(task_id, item.note.scope)
        priority = max(-HIGHEST_PRIORITY, min(HIGHEST_PRIORITY, item.note.priority or 0))
        anchors = () if scope is None else tuple(anchors_of(scope))
        patterns = () if scope is None else scope.patterns
        draft = Draft(task_id, title_of(item), patterns, anchors, (), (), priority, None, None, unscoped=scope is None)
        self._books.tasks.add([draft])
        self._event("planned", task_id)
        self.created.append(task_id)
        task = self._task(task_id)
        self._mark(task, item, None)
        return line._replace(id=task_id, task=task)

    def update(self, line: Line, was: Item | None) -> None:
        """Apply the changes in a known task's line, compared with what it `was`."""
        task = line.task
        assert task is not None  # noqa: S101  for the type checker: the caller looked
        if task.status == "dropped":
            self._put(task, "todo", None, "planned")
            task, was = self._task(task.id), None
        self._reword(task, line.item, was)
        self._rescope(task, line.item.note, was.note if was else Note())
        self._mark(task, line.item, was)
        self._explain_holder(task, line.item.holder, was.holder if was else None)

    def link(self, line: Line, was: Item | None) -> None:
        """Set the dependencies that a line names, once all tasks of the list are known."""
        after, before = line.item.note.after, was.note.after if was else None
        if line.id is None or not (after or before):
            return
        wanted = [needed for needed in after or () if needed != line.id]
        known = self._books.tasks.known(wanted)
        self._wait_for(self._task(line.id), [needed for needed in wanted if needed not in known])
        if set(known) <= set(self._books.tasks.depends_on(line.id)) and after == before:
            return
        fit = [needed for needed in wanted if needed in known and not self._leads(needed, line.id)]
        for needed in after or ():
            if needed not in fit and after != before:
                why = "is not a task" if needed != line.id and needed not in known else "would then wait for itself"
                self.notices.append(f"{line.id} can't wait for {shown(needed)}, which {why}")
        if set(fit) != set(self._books.tasks.depends_on(line.id)):
            self._books.tasks.reorder(self._task(line.id).seq, fit)
            self._event("changed", line.id)

    def _wait_for(self, task: Task, unknown: Sequence[str]) -> None:
        """A task that waits for one that does not exist is not ready, until there is one or the line says otherwise."""
        waits = task.status == "blocked" and (task.needs or "").startswith(UNKNOWN)
        needs = f"{UNKNOWN}: {', '.join(unknown)}"
        if unknown and (task.status == "todo" or (waits and task.needs != needs)):
            self._put(task, "blocked", needs, "blocked")
        elif waits and not unknown:
            self._put(task, "todo", None, "released")

    def drop(self, task: Task) -> None:
        """Drop a task whose line was deleted; one that is in progress or done keeps its status."""
        if task.status in ("todo", "blocked"):
            self._put(task, "dropped", None, "dropped")
        elif task.status in ("in_progress", "review"):
            doing = "is in progress" if task.status == "in_progress" else "waits for review"
            self.notices.append(
                f"{task.id} {doing}, so its line was added again: tick it off, or delete it when it is done"
            )

    def _free_id(self, said: str | None) -> str:
        if said is None or len(said) > accepted_text.NAME or said == "all" or self._books.tasks.known([said]):
            while (fresh := self._books.tasks.next_id()) in self._used or number_of(fresh) in self._numbers:
                pass
            return fresh
        return said

    def _reword(self, task: Task, item: Item, was: Item | None) -> None:
        title = title_of(item) if was is None or title_of(was) != title_of(item) else task.title
        said, before = item.note.priority, was.note.priority if was else None
        priority = max(-HIGHEST_PRIORITY, min(HIGHEST_PRIORITY, said or 0)) if said != before else task.priority
        if (title, priority) != (task.title, task.priority):
            self._books.tasks.reword(task.seq, title=title, priority=priority)
            self._event("changed", task.id)

    def _rescope(self, task: Task, note: Note, was: Note) -> None:
        """A new scope applies at once, also to its holder; a scope that was only removed from the line stays."""
        if note.scope is None or note.scope == was.scope:
            return
        scope = self._scope(task.id, note.scope)
        if scope is None or (scope.patterns == task.scope and not task.unscoped):
            return
        lease = self._lease(task)
        anchors = tuple(anchors_of(scope))
        if lease is not None:
            holder = self._books.agents.get(lease.holder)
            obstacle = scope_availability(self._books, holder.family, scope.patterns, anchors).obstacle
            if obstacle is not None:
                self.notices.append(
                    f"the scope of {task.id} is unchanged while {lease.holder_name} works on it: the new one overlaps "
                    f"{obstacle.lease.subject} of {obstacle.lease.holder_name}"
                )
                return
            self._books.leases.rescoped(lease.token, scope.patterns, anchors)
            self._notify(lease, f"the scope of {task.id} is now {', '.join(scope.patterns) or 'empty'}")
        self._books.tasks.rescope(task.seq, scope.patterns, anchors)
        self._event("changed", task.id)

    def _mark(self, task: Task, item: Item, was: Item | None) -> None:
        before = was.status if was else TODO
        if item.status == before:
            return
        if item.status == DONE:
            self._tick(task)
        elif task.status == "in_progress":
            lease = self._lease(task)
            if lease is not None and item.status != IN_PROGRESS and before == IN_PROGRESS:
                mark = item.mark
                self._notify(lease, f"somebody marked {task.id} with [{mark}] {self._where}; you still hold it")
        elif task.status == "review":
            if before == REVIEW:  # else it was put into review since this was read
                self._decide(task, item)
        elif (before == DONE) == (task.status == "done"):  # else it was done, or reopened, since this was read
            self._mark_free(task, item)

    def _mark_free(self, task: Task, item: Item) -> None:
        """Apply the mark of a task that nobody holds."""
        if item.status == REVIEW:
            self._ask_for_review(task)
        elif item.status == IN_PROGRESS:
            if self._first and item.names_agent and not self._books.agents.named(item.holder or ""):
                self.notices.append(
                    f"{task.id} was marked as in progress by @{item.holder}, who is not known here; it can be claimed. "
                    f"Mark it [~] once more if somebody is at work on it"
                )
                return
            self._put(task, "blocked", _reserved(item.holder), "blocked")
        elif item.status == BLOCKED and (task.status != "blocked" or (task.needs or "").startswith(RESERVED)):
            self._put(task, "blocked", f"what the task list says {self._where}", "blocked")
        elif item.status == TODO and task.status != "todo":
            self._put(task, "todo", None, "released")

    def _explain_holder(self, task: Task, said: str | None, before: str | None) -> None:
        """Explain that writing another name into the line does not transfer the claim."""
        lease = self._lease(task)
        names = (lease.holder_name, without_host(lease.holder_name)) if lease is not None else ()
        if lease is not None and not lease.is_review and said not in (None, before, *names):
            self.notices.append(
                f"{task.id} is still held by {lease.holder_name}; `interlock release {task.id} --force` "
                f"frees it for {said}"
            )

    def _tick(self, task: Task) -> None:
        if task.status == "done":
            return
        if task.status == "review":
            refusal = reviews.approve(self._books, task, self._name, self._where)
            self.notices += [refusal] if refusal is not None else []
            self.changed[task.id] = None
            return
        lease = self._lease(task)
        if lease is not None:
            self._end(lease)
        self._put(task, "done", None, "done")

    def _decide(self, task: Task, item: Item) -> None:
        needs = _reserved(item.holder) if item.status == IN_PROGRESS else f"what the task list says {self._where}"
        reviews.decide(self._books, task, needs if item.status != TODO else None, self._where)
        self._event("changed", task.id)

    def _ask_for_review(self, task: Task) -> None:
        refusal = reviews.ask(self._books, task, self._where)
        if refusal is not None:
            self.notices.append(refusal)
        else:
            self.changed[task.id] = None

    def _end(self, lease: Lease) -> None:
        """End a claim. Unless the holder itself ticked the task off, its writes are refused until it is notified."""
        if lease.holder != self._agent_id:
            self._notify(lease, f"{lease.task} is done: it was ticked off {self._where}")
            self._books.leases.take_over(lease.token, f"whoever ticked it off {self._where}")
        for held in self._books.leases.held_by(lease.holder):
            if held.task == lease.task:
                self._books.leases.close(held.token)

    def _put(self, task: Task, status: Status, needs: str | None, kind: str) -> None:
        self._books.tasks.put(task.seq, status=status, token=None, needs=needs)
        if task.status == "done":
            reopen(self._books, task.id)
        self._event(kind, task.id)

    def _scope(self, task_id: str, patterns: Sequence[str] | None) -> Scope | None:
        if patterns is None:
            return None
        try:
            return parsed_input(patterns)
        except Misuse as error:
            self.notices.append(f"the scope of {task_id} was not applied: {error}")
            return None

    def _leads(self, task_id: str, goal: str) -> bool:
        """Whether `task_id` waits for `goal`, directly or not."""
        found, pending = {task_id}, [task_id]
        while pending:
            if (at := pending.pop()) == goal:
                return True
            needed = set(self._books.tasks.depends_on(at)) - found
            found |= needed
            pending += needed
        return False

    def _lease(self, task: Task) -> Lease | None:
        lease = lease_of(self._books, task)
        return None if lease is None or lease.taken_by is not None else lease

    def _notify(self, lease: Lease, subject: str) -> None:
        if lease.holder != self._agent_id and not lease.is_review:
            body = f"Somebody changed it {self._where}."
            self._books.shared.send(None, lease.holder_name, [lease.holder], subject, body)

    def _task(self, task_id: str) -> Task:
        task = self._books.tasks.get(task_id)
        assert task is not None  # noqa: S101  for the type checker: it was just written
        return task

    def _event(self, kind: str, task_id: str) -> None:
        self.changed[task_id] = None
        self._books.events.add(kind, task_id, agent=self._agent_id, detail=self._where)


def _reserved(holder: str | None) -> str:
    return f"{RESERVED}: {holder}" if holder else RESERVED
