"""The guard's rules, one by one and in their order, and words that hold all that is needed in 600 characters."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.domain.decision import LONGEST_REASON, AgentRights, Decision, LiveLease, Loss, Policy, decide
from mcp_server.domain.other_worktree import Occupant, OtherWorktree
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.text import clip, stamp

ADA, BOB, PARENT = 1, 2, 3
SINCE = 1_800_000_000.0


def claim(holder: int, *patterns: str, name: str = "bob", task: str = "T2") -> LiveLease:
    return LiveLease(holder, name, task, f"Work on {task}", None, SINCE, patterns)


def lock(holder: int, pattern: str, *, name: str = "bob") -> LiveLease:
    return LiveLease(holder, name, None, "", f"path:{pattern}", SINCE, (pattern,))


LOSS = Loss("T1", "bob", SINCE)
MINE = claim(ADA, "src/**", name="ada", task="T1")
MY_LOCK = lock(ADA, "package.json", name="ada")
BOBS = claim(BOB, "src/b/**", "lib/**")
BOBS_LOCK = lock(BOB, "top")
THEIRS = OtherWorktree("/r/b", "/r/a", Occupant("bob", "T2"))


class Case(NamedTuple):
    """One situation, the rule that decides it, and words that the reason has to hold."""

    rule: str
    path: str = "src/a"
    mode: str = "enforce"
    unclaimed: str = "allow"
    open: tuple[str, ...] = ()
    family: tuple[int, ...] = (ADA,)
    leases: tuple[LiveLease, ...] = ()
    loss: Loss | None = None
    near: tuple[LiveLease, ...] = ()
    other_worktree: OtherWorktree | None = None
    words: tuple[str, ...] = ()


def judged(case: Case) -> Decision:
    policy = Policy(case.mode, case.unclaimed, parse(case.open))
    return decide(case.path, policy, AgentRights(case.family, case.leases, case.loss), case.near, case.other_worktree)


EVERYTHING = Case("", open=("src/**",), unclaimed="deny", leases=(MINE,), loss=LOSS, near=(BOBS, MINE))
CASES = [
    # 1: switched off, whatever else there is
    EVERYTHING._replace(rule="off", mode="off"),
    EVERYTHING._replace(rule="off", mode="off", path=".git/config"),
    # 2: git's and Interlock's own, even where the settings leave everything open
    EVERYTHING._replace(rule="private", path=".git/config", open=("**",), words=("never edited by hand",)),
    EVERYTHING._replace(rule="private", path=".git/interlock/state.db", open=("**",)),
    EVERYTHING._replace(rule="private", path="sub/.git/hooks/x", open=("**",)),
    EVERYTHING._replace(rule="private", path=".git", open=("**",)),
    EVERYTHING._replace(rule="private", path=".claude/interlock/state.db", open=("**",)),
    EVERYTHING._replace(rule="private", path=".claude/interlock/home", open=("**",)),
    EVERYTHING._replace(rule="open", path=".claude/interlock/workflows/flow.toml", open=("**",)),
    Case("free", path=".claude/interlock.toml"),
    Case("free", path=".gitignore"),
    Case("free", path="a/.claude/interlock/x"),
    # 3: open to everybody, also to who lost its claim and in another's claim
    EVERYTHING._replace(rule="open"),
    EVERYTHING._replace(rule="open", path="src/b/x"),
    # 4: a claim that was taken over, before all that follows
    EVERYTHING._replace(
        rule="taken_over", open=(), path="src/b/x", words=("T1", "bob", "2027-01-15T08:00:00Z", "claim_task")
    ),
    Case("taken_over", path="free", loss=LOSS, words=("free",)),
    # 5: in another's live claim or path lock, even inside one's own
    Case(
        "held",
        path="src/b/x",
        leases=(MINE,),
        near=(MINE, BOBS),
        words=("src/b/x", "bob", "T2", "Work on T2", "2027-01-15T08:00:00Z", "claim_task", "send_message"),
    ),
    Case("held", path="top", near=(BOBS_LOCK,), words=("top", "bob", "lock path:top", "send_message")),
    Case("held", path="lib/x", unclaimed="deny", near=(BOBS,)),
    # what is one's own, or one's family's
    Case("own", leases=(MINE,), near=(MINE,), words=("T1",)),
    Case("own", path="package.json", leases=(MINE, MY_LOCK), near=(MY_LOCK,), words=("lock path:package.json",)),
    Case("own", path="package.json", unclaimed="deny", leases=(MY_LOCK,)),
    Case("own", family=(ADA, PARENT), leases=(claim(PARENT, "src"),), near=(claim(PARENT, "src"),)),
    Case("free", path="src/a", family=(ADA, PARENT), near=(claim(PARENT, "src"),)),
    # 6: outside one's scope
    Case(
        "outside",
        path="lib/x",
        leases=(MINE,),
        words=("lib/x", "T1 covers src/**", 'update_task(task_id="T1", widen', "lock_resource"),
    ),
    Case("outside", path="lib/x", unclaimed="deny", leases=(MINE, MY_LOCK)),
    Case("outside", path="src/x", leases=(claim(ADA, "src/**", "!src/x"),), words=("src/**, !src/x",)),
    Case("outside", path="any", leases=(claim(ADA),), words=("nothing (reading only)",)),
    Case("free", path="lib/x", leases=(MY_LOCK,)),
    # 5b: in another worktree than one's own, though it lies in one's scope
    Case(
        "other_worktree",
        leases=(MINE,),
        near=(MINE,),
        other_worktree=THEIRS,
        words=("src/a", "/r/b", "/r/a", "bob", "T2"),
    ),
    Case("other_worktree", path="lib/x", leases=(MINE,), other_worktree=THEIRS),
    Case("other_worktree", unclaimed="deny", other_worktree=OtherWorktree("/r", "/r/a", None), words=("/r,", "/r/a")),
    Case(
        "other_worktree",
        other_worktree=OtherWorktree("/r/c", "/r", Occupant(None, "T3")),
        words=("the worktree of task T3",),
    ),
    Case("held", path="src/b/x", near=(BOBS,), other_worktree=THEIRS),
    EVERYTHING._replace(rule="open", other_worktree=THEIRS),
    Case("off", mode="off", other_worktree=THEIRS),
    # 7: without a claim, where one is asked for
    Case("unclaimed", unclaimed="deny", words=("src/a", "claim_task", "plan_tasks")),
    Case("unclaimed", path="lib/x", unclaimed="deny", leases=(MY_LOCK,)),
    # 8: nobody's
    Case("free"),
    Case("free", path="other", near=(BOBS, BOBS_LOCK)),
    Case("free", mode="warn"),
    Case("held", path="lib/x", mode="warn", near=(BOBS,)),
]
ALLOWED = {"off", "open", "own", "free"}
REFUSED = {"other_worktree", "private", "taken_over", "held", "outside", "unclaimed"}


@pytest.mark.parametrize("case", CASES)
def test_the_first_rule_that_fits_decides(case: Case) -> None:
    decision = judged(case)
    assert (decision.rule, decision.path) == (case.rule, case.path)
    assert decision.allowed == (case.rule in ALLOWED)
    assert [word for word in case.words if word not in decision.reason] == []
    assert 0 < len(decision.reason) <= LONGEST_REASON


def test_every_rule_is_in_the_table() -> None:
    assert {case.rule for case in CASES} == ALLOWED | REFUSED


def test_a_refusal_names_the_holder_and_the_task_apart_from_the_words() -> None:
    held = judged(Case("held", path="lib/x", near=(BOBS,)))
    assert (held.holder, held.task) == ("bob", "T2")
    outside = judged(Case("outside", path="lib/x", leases=(MINE,)))
    assert (outside.holder, outside.task) == (None, "T1")


long = st.text(min_size=1, max_size=20).map(lambda text: text * 60)
short = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=12)
texts = st.one_of(short, long)


@given(path=texts, name=texts, task=texts, title=texts, patterns=st.lists(short, max_size=40), resource=texts)
def test_no_reason_is_longer_than_600_characters_and_each_says_what_to_do(  # noqa: PLR0917
    path: str, name: str, task: str, title: str, patterns: list[str], resource: str
) -> None:
    standing_claim = LiveLease(ADA, name, task, title, None, SINCE, ("own/**", *(f"own/{more}" for more in patterns)))
    foreign = [
        LiveLease(BOB, name, task, title, None, SINCE, ("**",)),
        LiveLease(BOB, name, None, "", resource, SINCE, ("**",)),
    ]
    path = path.replace("\0", "").replace("/", "") or "x"
    cases = [
        (Case("held", near=(foreign[0],)), (clip(name, 60), clip(task, 60), "claim_task", "send_message")),
        (Case("held", near=(foreign[1],)), (clip(name, 60), clip(resource, 80), "claim_task", "send_message")),
        (Case("outside", leases=(standing_claim,)), (clip(task, 40), "own/**", "update_task", "lock_resource")),
        (Case("taken_over", loss=Loss(task, name, SINCE)), (clip(name, 60), clip(task, 80), "board", "claim_task")),
        (
            Case("other_worktree", other_worktree=OtherWorktree(f"/{task}/b", f"/{task}/a", Occupant(name, task))),
            ("/a: write there",),
        ),
        (Case("unclaimed", unclaimed="deny"), ("claim_task", "plan_tasks")),
    ]
    for case, words in cases:
        decision = judged(case._replace(path=path))
        if decision.rule == "private":
            continue
        assert decision.rule == case.rule
        assert len(decision.reason) <= LONGEST_REASON
        assert clip(path, 110).rstrip("…") in decision.reason
        assert [word for word in words if word not in decision.reason] == []


@pytest.mark.parametrize(
    ("text", "length", "expected"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("", 3, ""), ("ab", 1, "…")]
)
def test_clipping_marks_that_something_is_missing(text: str, length: int, expected: str) -> None:
    assert clip(text, length) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [(0, "1970-01-01T00:00:00Z"), (SINCE, "2027-01-15T08:00:00Z"), (SINCE + 0.999, "2027-01-15T08:00:00Z")],
)
def test_times_are_iso_8601_utc(at: float, expected: str) -> None:
    assert stamp(at) == expected
