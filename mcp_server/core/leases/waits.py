"""Who waits for whose lease: until that is over, when they are told, and its holder may be notified meanwhile."""

from __future__ import annotations

from mcp_server.domain.agent import Agent, Want
from mcp_server.domain.lease import Lease

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books


def wait_for(books: Books, agent: Agent, subject: str, lease: Lease) -> str:
    """Record which lease is in the agent's way, and since when it has wanted this; returns what its holder does.

    A holder that has been silent for longer than its lease lasts, and keeps it because it works, is notified once.
    """
    if lease.is_review:
        since = agent.want.since if agent.want is not None and agent.want.subject == subject else books.now
        books.agents.wants(agent.id, Want(subject, lease.holder_name, since, lease.token, told=True))
        return ""
    doing = books.presence.of(lease.holder)
    before = agent.want if agent.want is not None and agent.want.subject == subject else None
    since = before.since if before is not None else books.now
    told = before is not None and before.told and before.token == lease.token
    if not told and doing.is_working and doing.silent >= lease.seconds:
        told = True
        _notify_holder(books, agent, subject, lease, doing.words)
    books.agents.wants(agent.id, Want(subject, lease.holder_name, since, lease.token, told))
    return doing.aside


def tell_waiting(books: Books, lease: Lease) -> None:
    """The lease is over: whoever waits for that is told, which wakes it if it is idle, and waits no more.

    One that waits for the very task goes on if that is done: it is told when the work is merged.
    """
    for agent in books.agents.waiting_for(lease.token):
        wanted = agent.want.subject if agent.want is not None else lease.subject
        task = books.tasks.get(wanted) if wanted == lease.task else None
        if task is not None and task.status in ("done", "dropped"):
            continue
        books.agents.wants(agent.id, None)
        if agent.id != lease.holder:
            books.inbox.post(
                None,
                agent.id,
                f"{lease.subject} is free",
                f"{lease.holder_name} holds it no more. You waited for {wanted}: if you still want it, try again.",
            )


def wait_on(books: Books, lease: Lease, token: int) -> None:
    """Another lease, with this token, has taken the place of the lease: whoever waited for that waits for this one."""
    for agent in books.agents.waiting_for(lease.token):
        if agent.want is not None:
            books.agents.wants(agent.id, agent.want._replace(token=token))


def is_over(books: Books, want: Want) -> bool:
    """Whether what an agent waited for is not in its way any more."""
    lease = books.leases.get(want.token) if want.token is not None else None
    return lease is None or not lease.is_live(books.now)


def _notify_holder(books: Books, agent: Agent, subject: str, lease: Lease, words: str) -> None:
    books.events.add("waits", subject, agent=agent.id, detail=f"for {lease.holder_name}, {words}")
    books.inbox.post(
        None,
        lease.holder,
        f"{agent.name} waits for {lease.subject}, which you hold",
        f"You were silent for longer than a lease lasts and keep it because you were at work ({words}). If you do not "
        'need it any more: update_task(status="released") with a note of what is left, or unlock_resource.',
    )
