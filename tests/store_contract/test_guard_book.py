"""The guard's book: how an agent stands, what is near a path, and what a decision leaves behind."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.domain.agent import Agent, Process
from mcp_server.domain.assignment.roles import RoleSettings
from mcp_server.domain.decision import PRESENT_SECONDS, AgentRights, LiveLease, Policy
from mcp_server.domain.scopes.scope import parse
from mcp_server.ports import Books, Store
from tests.workspace import START_TIME, Workspace, anchors, draft


def add(books: Books, name: str, parent: Agent | None = None) -> Agent:
    return books.agents.add(
        f"s-{name}", name, "session", parent=parent.id if parent else None, process=None, worktree=""
    )


def lock(books: Books, holder: Agent, path: str, seconds: float = 60) -> int:
    token = books.events.add("locked", path)
    books.leases.grant(
        token,
        holder.id,
        task=None,
        resource=f"path:{path}",
        scope=(path,),
        anchors=anchors(path),
        seconds=seconds,
        purpose=None,
    )
    return token


def claim(books: Books, holder: Agent, task_id: str, *scope: str, role: str | None = None) -> int:
    books.tasks.add([draft(task_id, *scope)._replace(role=role)])
    task = books.tasks.take(lambda _: True, task_id)
    assert task is not None
    token = books.events.add("claimed", task.id, id=task.token)
    books.leases.grant(
        token, holder.id, task=task, resource=None, scope=task.scope, anchors=task.anchors, seconds=60, purpose=None
    )
    return token


def uses(rights: AgentRights) -> list[str]:
    return sorted(lease.task or lease.resource or "" for lease in rights.leases)


def values(lease: LiveLease) -> tuple[object, ...]:
    return tuple(getattr(lease, name) for name in LiveLease.__slots__)


def test_the_policy_is_the_settings_in_force_now(workspace: Workspace) -> None:
    with workspace.store.reading() as books:
        assert books.guard.policy().mode == "enforce"
    workspace.policy = Policy("warn", "deny", parse(["docs"]))
    with workspace.store.reading() as books:
        policy = books.guard.policy()
        assert (policy.mode, policy.unclaimed, policy.open.patterns) == ("warn", "deny", ("docs",))


def test_a_stranger_stands_alone_with_nothing(store: Store) -> None:
    with store.reading() as books:
        for rights in (books.guard.rights("who", None), books.guard.rights("who/sub", "who")):
            assert (rights.family, list(rights.leases), rights.loss) == ((), [], None)


def test_an_agent_stands_with_its_claims_and_locks(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        claim(books, ada, "A", "src/**", "!src/x")
        lock(books, ada, "package.json")
        lock(books, bob, "README.md")
        rights = books.guard.rights("s-ada", None)
        assert rights.family == (ada.id,)
        assert uses(rights) == ["A", "path:package.json"]
        held = next(lease for lease in rights.leases if lease.task)
        wanted = LiveLease(ada.id, "ada", "A", "Work on A", None, START_TIME, ("src/**", "!src/x"))
        assert values(held) == values(wanted)
        assert held.covers("src/a")
        assert not held.covers("src/x")
        assert uses(books.guard.rights_of(ada.id, None)) == uses(rights)


def test_an_agent_keeps_its_standing_while_its_lapsed_lease_was_not_taken(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        claim(books, add(books, "ada"), "A", "src/**")
    workspace.clock.advance(1_000)
    with workspace.store.reading() as books:
        assert uses(books.guard.rights("s-ada", None)) == ["A"]


def test_a_subagent_without_a_claim_stands_with_what_its_parent_may_use(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        sub = add(books, "sub", ada)
        claim(books, ada, "A", "src/**")
        lock(books, sub, "package.json")
        rights = books.guard.rights("s-sub", "s-ada")
        assert rights.family == (sub.id, ada.id)
        assert uses(rights) == ["A", "path:package.json"]


def test_an_unknown_subagent_stands_as_its_parent_does(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        claim(books, ada, "A", "src/**")
        rights = books.guard.rights("s-ada/new", "s-ada")
        assert (rights.family, uses(rights)) == ((ada.id,), ["A"])


def test_a_subagents_own_claim_replaces_its_parents(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        sub = add(books, "sub", ada)
        claim(books, ada, "A", "src/**")
        lock(books, ada, "package.json")
        claim(books, sub, "B", "src/b/**")
        rights = books.guard.rights("s-sub", "s-ada")
        assert (rights.family, uses(rights)) == ((sub.id, ada.id), ["B"])
        assert uses(books.guard.rights("s-ada", None)) == ["A", "path:package.json"]


def test_what_was_taken_over_is_a_loss_and_no_holding(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        sub = add(books, "sub", ada)
        token = claim(books, ada, "A", "src/**")
    workspace.clock.advance(90)
    with workspace.store.writing() as books:
        books.leases.take_over(token, "bob")
        for rights in (books.guard.rights("s-ada", None), books.guard.rights_of(sub.id, ada.id)):
            assert uses(rights) == []
            assert rights.loss is not None
            assert (rights.loss.what, rights.loss.by, rights.loss.at) == ("A", "bob", START_TIME + 90)
        books.leases.told(ada.id)
        assert books.guard.rights("s-ada", None).loss is None


def test_a_lost_lock_is_named_by_its_resource(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        books.leases.take_over(lock(books, ada, "package.json"), "bob")
        loss = books.guard.rights("s-ada", None).loss
        assert loss is not None
        assert loss.what == "path:package.json"


def test_a_loss_of_the_parent_does_not_bind_a_subagent_with_its_own_claim(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        sub = add(books, "sub", ada)
        books.leases.take_over(lock(books, ada, "package.json"), "bob")
        claim(books, sub, "B", "src/b/**")
        assert books.guard.rights("s-sub", "s-ada").loss is None


def test_near_are_the_live_leases_that_may_cover_a_path(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob, cleo = add(books, "ada"), add(books, "bob"), add(books, "cleo")
        claim(books, ada, "A", "src/**", "!src/x")
        claim(books, bob, "B", "**/b.py")
        lock(books, bob, "src/c.py", seconds=600)
        lock(books, cleo, "src/d.py")
        books.agents.end(cleo.id, "logout")

    def covering(path: str) -> list[str]:
        with workspace.store.reading() as books:
            near = books.guard.near(path)
            covering = [lease for lease in near if lease.covers(path) and lease.keeps_out(())]
            return sorted({lease.task or lease.resource or "" for lease in covering})

    assert covering("src/a.py") == ["A"]
    assert covering("src/x") == []
    assert covering("src/b.py") == ["A", "B"]
    assert covering("b.py") == ["B"]
    assert covering("src/c.py") == ["A", "path:src/c.py"]
    assert covering("src/d.py") == ["A"]
    workspace.clock.advance(60)
    assert covering("src/c.py") == ["path:src/c.py"]


def test_near_says_whose_lease_it_is_and_since_when(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        claim(books, ada, "A", "src")
        (lease,) = books.guard.near("src/a.py")
        assert lease.keeps_out(())
        assert values(lease) == values(LiveLease(ada.id, "ada", "A", "Work on A", None, START_TIME, ("src",)))


def test_near_does_not_show_what_was_closed_or_taken_over(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        books.leases.close(lock(books, ada, "a"))
        books.leases.take_over(lock(books, ada, "a/b"), "bob")
        assert list(books.guard.near("a/b")) == []


def test_renewing_is_due_when_one_of_the_family_was_not_seen_for_a_while_or_has_ended(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        sub = add(books, "sub", ada)
        assert books.guard.is_due((sub.id, ada.id)) is False
    workspace.clock.advance(30)
    with workspace.store.writing() as books:
        assert books.guard.is_due((sub.id, ada.id)) is True
        books.guard.touch((sub.id,))
        assert books.guard.is_due((sub.id,)) is False
        assert books.guard.is_due((sub.id, ada.id)) is True
        books.guard.touch((sub.id, ada.id))
        assert books.guard.is_due((sub.id, ada.id)) is False
        books.agents.end(sub.id, "stop")
        assert books.guard.is_due((sub.id, ada.id)) is True


def test_a_touch_renews_revives_and_takes_back_what_was_offered(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        token = claim(books, ada, "A", "src")
        books.agents.end(ada.id, "logout")
        books.tasks.offer(books.tasks.open(1)[0].seq, ready=True)
    workspace.clock.advance(1_000)
    with workspace.store.writing() as books:
        books.guard.touch((ada.id,))
        lease = books.leases.get(token)
        assert lease is not None
        assert lease.is_live(books.now)
        assert books.tasks.ready(9) == []
        assert books.agents.due() == []
        assert books.agents.get(ada.id).ended_at is None


def test_a_refusal_is_in_the_log(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        books.guard.refused(ada.id, "src/a.py", "held")
        books.guard.refused(None, "src/b.py", "unclaimed")
        found = [(event.agent, event.kind, event.subject, event.detail) for event in books.events.recent(9)]
        assert found == [("ada", "refused", "src/a.py", "held"), (None, "refused", "src/b.py", "unclaimed")]


def test_what_is_held_in_a_directory_or_deeper_is_found(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        claim(books, ada, "A", "src/auth/deep/**", "docs/x.md")
        claim(books, ada, "B", "src/auth-old/**")
        claim(books, ada, "C", "src/*.py")
        found = {directory: _tasks(books.guard.within(directory)) for directory in ("src/auth", "src", "docs", "lib")}
        assert found == {"src/auth": ["A"], "src": ["A", "B", "C"], "docs": ["A"], "lib": []}
        assert _tasks(books.guard.within("")) == ["A", "B", "C"]
    workspace.clock.advance(61)
    with workspace.store.reading() as books:
        assert books.guard.within("src") == []


def test_the_claims_of_others_in_the_same_worktree_are_found(store: Store) -> None:
    with store.writing() as books:
        ada = books.agents.add("a", "ada", "session", parent=None, process=None, worktree="/r")
        bob = books.agents.add("b", "bob", "session", parent=None, process=None, worktree="/r")
        eve = books.agents.add("e", "eve", "session", parent=None, process=None, worktree="/other")
        claim(books, ada, "A", "src/**")
        claim(books, bob, "B", "docs/**")
        lock(books, bob, "x")
        claim(books, eve, "E", "lib/**")
        assert _tasks(books.guard.beside("/r", [ada.id])) == ["B"]
        assert _tasks(books.guard.beside("/r", [])) == ["A", "B"]
        books.agents.end(bob.id, "done")
        assert _tasks(books.guard.beside("/r", [ada.id])) == []


def test_agents_that_edit_in_a_worktree_without_a_claim_are_found(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada", worktree="/r"), workspace.agent("bob", worktree="/r")
    eve = workspace.agent("eve", worktree="/other")
    with workspace.store.writing() as books:
        for agent in (ada, eve):
            books.journal.edited("x", agent)
    with workspace.store.reading() as books:
        assert [lease.holder for lease in books.guard.editing("/r", [bob])] == ["ada"]
        assert list(books.guard.editing("/r", [ada])) == []
    workspace.leaves("ada")
    with workspace.store.reading() as books:
        assert "ada" not in [lease.holder for lease in books.guard.editing("/r", [bob])]


def _tasks(leases: Sequence[LiveLease]) -> list[str]:
    return sorted({lease.task or "" for lease in leases})


def test_the_homes_of_tasks_are_the_worktrees_whose_work_has_not_come_home(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        for name, task in (("a", "T1"), ("b", "T2"), ("c", None), ("d", "T1"), ("e", "T1")):
            books.worktrees.add(name, f"/trees/{name}", branch=name, base="main", start="c0ffee", task=task)
        books.worktrees.record_merge("d", "d00d")
        books.worktrees.move("e", "removing")
        assert books.guard.unmerged_worktrees(["T1"]) == ["/trees/a"]
        assert books.guard.unmerged_worktrees(["T1", "T2"]) == ["/trees/a", "/trees/b"]
        assert list(books.guard.unmerged_worktrees(["T3"])) == []


def test_who_is_at_work_in_a_worktree_is_named_with_the_task(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = books.agents.add("s-ada", "ada", "session", parent=None, process=None, worktree="/trees/a")
        claim(books, ada, "A", "src/**")
        assert occupant(books, "/trees/a") == ("ada", "A")
        assert occupant(books, "/trees/a", ada.id) is None
        assert occupant(books, "/trees/b") is None
        books.agents.end(ada.id, "done")
        assert occupant(books, "/trees/a") is None


def test_a_session_without_a_claim_is_in_its_worktree_for_a_while(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = books.agents.add("s-ada", "ada", "session", parent=None, process=None, worktree="/trees/a")
        books.agents.add("p-eve", "eve", "person", parent=None, process=None, worktree="/trees/b")
        assert occupant(books, "/trees/a") == ("ada", None)
        assert occupant(books, "/trees/a", ada.id) is None
        assert occupant(books, "/trees/b") is None
    workspace.clock.advance(PRESENT_SECONDS + 1)
    with workspace.store.reading() as books:
        assert occupant(books, "/trees/a") is None


def test_a_worktree_belongs_to_its_task_until_it_has_come_home(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        claim(books, ada, "A", "src/**")
        books.worktrees.add("a", "/trees/a", branch="a", base="main", start="c0ffee", task="A")
        assert occupant(books, "/trees/a", bob.id) == (None, "A")
        assert occupant(books, "/trees/a", ada.id) is None
        for agent, held in ((ada, ("src/**",)), (bob, ())):
            made_for = books.guard.made_for("/trees/a", (agent.id,))
            assert made_for is not None
            assert (made_for.task, made_for.held) == ("A", held)
        assert books.guard.made_for("/trees/b", (ada.id,)) is None
        books.worktrees.record_merge("a", "d00d")
        assert books.guard.made_for("/trees/a", (ada.id,)) is None
        assert occupant(books, "/trees/a", bob.id) is None


def occupant(books: Books, root: str, *family: int) -> tuple[str | None, str | None] | None:
    found = books.guard.occupant(root, family)
    return None if found is None else (found.name, found.task)


def test_an_agent_at_work_is_known_in_the_worktree_that_it_was_last_in(store: Store) -> None:
    with store.writing() as books:
        client = Process("here", 7, "then")
        ada = books.agents.add("s-ada", "ada", "session", parent=None, process=client, worktree="/shop")
        sub = books.agents.add("s-sub", "sub", "subagent", parent=ada.id, process=None, worktree="/shop")
        books.agents.add("s-typed", "typed", "session", parent=None, process=None, worktree="/shop")

        assert tuple(books.guard.at_work("s-ada", "/shop")) == (ada.id,)
        assert tuple(books.guard.at_work("s-sub", "/shop")) == (sub.id, ada.id)
        assert tuple(books.guard.at_work("s-ada", "/other")) == ()
        assert tuple(books.guard.at_work("who", "/shop")) == ()
        assert tuple(books.guard.at_work("s-typed", "/shop")) == (), "its process is still to be recorded"


def limits(rights: AgentRights) -> list[tuple[str, ...]]:
    return [tuple(role.name for role in limit.roles) for limit in rights.limits]


def test_an_agent_is_kept_to_the_roles_of_its_claims_and_a_scope_that_its_role_does_not_edit_covers_nothing(
    store: Store,
) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        claim(books, ada, "A", "src/**", role="tester")
        rights = books.guard.rights("s-ada", None)
        assert (limits(rights), rights.leases[0].patterns) == ([("tester",)], ())
        claim(books, ada, "B", "lib/**", role="writer")
        rights = books.guard.rights("s-ada", None)
        assert limits(rights) == [("tester", "writer")]
        assert {lease.task: lease.patterns for lease in rights.leases} == {"A": (), "B": ("lib/**",)}
        claim(books, ada, "C", "docs/**")
        assert limits(books.guard.rights("s-ada", None)) == []
        assert books.guard.limits_on_claims(ada.id) == ()


def test_an_agent_is_kept_to_what_it_was_started_as_and_to_what_those_above_it_are_kept_to(store: Store) -> None:
    with store.writing() as books:
        lead = add(books, "lead")
        mate = add(books, "mate", lead)
        sub = add(books, "sub", mate)
        claim(books, lead, "A", "src/**", role="writer")
        lock(books, lead, "package.json")
        books.agents.describe(mate.id, type="interlock:tester", can=())
        books.agents.describe(sub.id, type="general-purpose", can=())
        claim(books, sub, "B", "lib/**")
        assert limits(books.guard.rights_of(lead.id, None)) == [("writer",)]
        for rights in (books.guard.rights_of(sub.id, mate.id), books.guard.rights_of(mate.id, lead.id)):
            assert limits(rights) == [("tester",), ("writer",)]
            assert {lease.patterns for lease in rights.leases} == {()}
        found = [books.guard.limits_on_claims(agent.id) for agent in (sub, mate, lead)]
        assert [[limit.roles[0].name for limit in each] for each in found] == [["tester", "writer"]] * 2 + [[]]


def test_what_an_unknown_subagent_was_started_as_counts(store: Store) -> None:
    with store.writing() as books:
        claim(books, add(books, "ada"), "A", "src/**")
        assert limits(books.guard.rights("s-ada/new", "s-ada", "interlock:reader")) == [("reader",)]
        assert limits(books.guard.rights("s-eve", None, "interlock:reader")) == [("reader",)]
        assert limits(books.guard.rights("s-ada", None, "interlock:reader")) == []


def test_a_role_means_what_the_settings_say(workspace: Workspace) -> None:
    workspace.policy = Policy("enforce", "allow", parse([]), roles=[RoleSettings("docs", tools=("Edit",))])
    with workspace.store.writing() as books:
        claim(books, add(books, "ada"), "A", "docs/**", role="docs")
        rights = books.guard.rights("s-ada", None)
        assert (rights.limits[0].has("Edit"), rights.limits[0].has("Bash")) == (True, False)
        assert rights.leases[0].patterns == ("docs/**",)
