"""May a Bash command run, should the kernel confine it, and what is recorded? On the hot path of a hook."""

from __future__ import annotations

from mcp_server.core.guard import bash
from mcp_server.core.guard.paths import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mcp_server.bash.reading import Reading, Sweep, Write
    from mcp_server.bash.state.files import Files
    from mcp_server.core.guard.paths import WorktreeContext
    from mcp_server.domain.decision import AgentRights, Decision
    from mcp_server.ports import GuardBook, HookBooks


class Site:
    """A worktree in use that a command may write in: its guard, and what the agent may write there.

    `ignored` says which of some paths git ignores; `context` is None outside git.
    """

    __slots__ = ("context", "guard", "ignored", "relative", "rights", "root")

    def __init__(  # noqa: PLR0913  one value per part
        self,
        root: str,
        guard: GuardBook,
        rights: AgentRights,
        context: WorktreeContext | None,
        *,
        relative: Callable[[str], str],
        ignored: Callable[[list[str]], set[str]],
    ) -> None:
        self.root = root
        self.guard = guard
        self.rights = rights
        self.context = context
        self.relative = relative
        self.ignored = ignored


class Verdict:
    """The guard's decision on a command: its refusal or None, whether it runs, and whether the kernel confines it."""

    __slots__ = ("confined", "may_write", "refusal", "runs")

    def __init__(self, refusal: Decision | None, *, runs: bool, confined: bool, may_write: bool) -> None:
        self.refusal = refusal
        self.runs = runs
        self.confined = confined
        self.may_write = may_write

    @property
    def is_watched(self) -> bool:
        """Whether its changes are examined after it ran."""
        return self.runs and (self.confined or self.may_write)


def judge_command(  # noqa: PLR0913  all but three are named
    command: str,
    reading: Reading,
    here: Site,
    *,
    site_of: Callable[[str], Site | None],
    disk: Files,
    can_confine: Callable[[], bool] = lambda: True,
) -> Decision | None:
    """The refusal of a command that starts at `here` because of what it would write, or None.

    `site_of` finds the worktree that a folder lies in; writes where Interlock is not in use are not judged.
    `can_confine`: whether the kernel can confine it, which matters to what is not known of a reader's.
    """
    if reading.only_reads:
        return None
    refusal = bash.judge_loss(here.guard, here.rights, command)
    if refusal is None and not reading.only_saves:
        refusal = bash.judge_budget(here.guard, here.rights, command)
    if refusal is None and (reading.sweeps or reading.commits):
        refusal = bash.judge_plan(here.guard, here.rights, command)
    if refusal is None and here.rights.limits:
        from mcp_server.core.guard import roles  # few agents are kept to one

        confines = lambda: here.guard.policy().bash == "confine" and can_confine()  # noqa: E731  asked if it matters
        refusal = roles.judge_beyond_role(here.guard, here.rights, reading, command, confines)
    if refusal is None and reading.unread and here.guard.policy().mode != "off":
        refusal = bash.judge_unread(reading.unread, command)
    if refusal is None and reading.persons_acts and here.guard.policy().mode != "off":
        refusal = bash.judge_persons_act(reading.persons_acts[0])
    return (
        refusal
        or _refused_sweep(reading.sweeps, here, site_of)
        or _refused_commit(reading.commits, site_of, disk)
        or _refused_target(_by_site(reading.writes, site_of, disk))
        or _refused_part(command, reading, site_of)
    )


def brings_work(reading: Reading, here: Site) -> bool:
    """Whether a command that was not refused lets git bring committed work to the worktree where it starts."""
    brought = [write for write in (*reading.writes, *reading.possible) if write.brought]
    inside = (write.path == here.root or write.path.startswith(here.root + "/") for write in brought)
    return any(inside) and bash.may_bring(here.guard, here.rights, here.context)


def verdict_on(
    command: str, refusal: Decision | None, reading: Reading, here: Site, can_confine: Callable[[], bool]
) -> Verdict:
    """Whether a command runs, and confined or not: only that of an agent with a claim, or that writes nothing, is.

    One whose plan has not been approved runs nothing that may write, unless that is confined.
    """
    policy = here.guard.policy()
    runs = refusal is None or policy.mode == "warn"
    confined = runs and policy.bash == "confine" and is_bounded(here.rights) and can_confine()
    if refusal is None and not confined and not reading.only_reads:
        refusal = bash.judge_plan(here.guard, here.rights, command)
        runs = refusal is None or policy.mode == "warn"
    return Verdict(refusal, runs=runs, confined=confined, may_write=not reading.only_reads or reading.runs_interlock)


def is_bounded(rights: AgentRights) -> bool:
    """Whether an agent's commands may write in some places only: its scope, or nowhere."""
    return bool(rights.claims() or rights.unapproved or rights.limit_on_edits() or rights.limit_on_commands())


def is_worth_recording(verdict: Verdict, here: Site) -> bool:
    """Whether there is anything to record: a refusal, a command to examine afterwards, or leases to renew."""
    return verdict.refusal is not None or verdict.is_watched or here.guard.is_due(here.rights.family)


def record_command(books: HookBooks, here: Site, verdict: Verdict, *, command: str, call_id: str) -> None:
    """Record the guard's decision; `call_id` identifies the command when it is examined afterwards."""
    record(books.guard, here.rights, [verdict.refusal] if verdict.refusal is not None else [])
    if verdict.is_watched:
        books.commands.began(
            call_id, here.rights.family[0], here.root, command, confined=verdict.confined, may_write=verdict.may_write
        )


def _refused_sweep(sweeps: Iterable[Sweep], here: Site, site_of: Callable[[str], Site | None]) -> Decision | None:
    for sweep in sweeps:
        site = site_of(sweep.root)
        context = site.context if site is not None and site.guard is here.guard else None
        refusal = bash.judge_sweep(here.guard, here.rights, sweep, context)
        if refusal is not None:
            return refusal
    return None


def _refused_commit(roots: Iterable[str], site_of: Callable[[str], Site | None], disk: Files) -> Decision | None:
    for root in roots:
        from mcp_server.core.guard import commit_hooks

        site = site_of(root)
        if site is None:
            continue
        refusal = commit_hooks.judge_commit(root, site.guard, site.rights, site.context, disk)
        if refusal is not None:
            return refusal
    return None


def _refused_part(command: str, reading: Reading, site_of: Callable[[str], Site | None]) -> Decision | None:
    """The refusal of a git command that brings what is not known, of which an agent with a scope would get a part."""
    for write in reading.possible:
        site = site_of(write.path) if write.brought and write.how == "tree" else None
        if site is not None and site.rights.claims() and not bash.may_bring(site.guard, site.rights, site.context):
            return bash.judge_part(site.guard, command, write.instead)
    return None


def _refused_target(sites: Iterable[tuple[Site, list[bash.Target]]]) -> Decision | None:
    for site, targets in sites:
        refusal = bash.judge_targets(site.guard, site.rights, targets, site.ignored, site.context)
        if refusal is not None:
            return refusal
    return None


def _by_site(
    writes: Iterable[Write], site_of: Callable[[str], Site | None], disk: Files
) -> list[tuple[Site, list[bash.Target]]]:
    found: dict[str, tuple[Site, list[bash.Target]]] = {}
    for write in writes:
        is_folder = disk.is_dir(write.path)
        site = site_of(write.path if is_folder else write.path.rpartition("/")[0] or "/")
        if site is not None:
            relative = site.relative(write.path)
            is_new = write.how == "file" and disk.status(write.path) is None
            target = bash.Target(
                "" if relative == "." else relative,
                write.how,
                is_new=is_new,
                is_folder=is_folder,
                brought=write.brought,
                instead=write.instead,
            )
            found.setdefault(site.root, (site, []))[1].append(target)
    return list(found.values())
