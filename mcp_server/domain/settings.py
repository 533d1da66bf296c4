"""The settings of a repository, their defaults, and their possible values."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.assignment.roles import RoleSettings
from mcp_server.domain.assignment.routing import RoutingSettings
from mcp_server.domain.oversight.need import KINDS
from mcp_server.domain.unattended.limits import WorkSettings
from mcp_server.domain.usage.sums import Price

MODES = ("enforce", "warn", "off")
UNCLAIMED = ("allow", "deny")
BASH = ("confine", "check", "off")
"""`confine`: commands are read before they run, confined by the kernel, and checked afterwards; `check`: unconfined."""
HOLD_BUILDS = ("auto", "always", "never")
"""Whether the answer of a failed build is delayed until files that others are editing are unchanged for a while;
`auto`: in interactive sessions."""


STYLES = ("merge", "rebase")


class MergeSettings(NamedTuple):
    """How `interlock merge` merges a branch: by a merge commit or by rebasing, the check that runs before, and whether
    the base is pushed after it."""

    style: str = "merge"
    check: str | None = None
    push: bool = False


PLACES = ("inside", "beside")
"""Where worktrees are created: inside the main worktree, in `.claude/worktrees`, or in a folder beside it."""


class WorktreeSettings(NamedTuple):
    """The section `[worktree]`: where worktrees are created and how they are set up.

    `setup` replaces the steps that are detected. `copy` are patterns in addition to `.worktreeinclude`, `link` paths
    that are shared with the main worktree. Each worktree gets its own `ports` and `names`.
    """

    place: str = "inside"
    prepare: bool = True
    setup: tuple[str, ...] | None = None
    copy: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    ports: tuple[tuple[str, int], ...] = ()
    names: tuple[tuple[str, str], ...] = ()


class NotifySettings(NamedTuple):
    """The section `[notify]`: how a person is notified of what needs one. Nothing is sent where nothing is named.

    `command` is a line for a shell, `webhook` an address that takes JSON; `apprise` are addresses of that program.
    `only` are the kinds that are wanted (`oversight.need.KINDS`); a build counts as broken after `build_minutes`.
    """

    command: str | None = None
    desktop: bool = False
    terminal: bool = False
    webhook: str | None = None
    apprise: tuple[str, ...] = ()
    only: tuple[str, ...] = KINDS
    build_minutes: float = 15.0

    @property
    def is_wanted(self) -> bool:
        """Whether there is any way to notify a person."""
        return bool(self.command or self.desktop or self.terminal or self.webhook or self.apprise)


class RetentionSettings(NamedTuple):
    """The section `[retention]`: what is older, or more than so many events, is forgotten."""

    days: float = 90.0
    events: int = 200_000


class ReviewSettings(NamedTuple):
    """The section `[review]`: with `limit` tasks waiting nobody begins a new one; `required`: no agent says done."""

    limit: int = 3
    required: bool = False


MOST_TOKENS = 10**12
"""More than anybody can spend."""


class BudgetSettings(NamedTuple):
    """The section `[budget]`: what each task, each agent and each day may spend, in tokens; 0 is no limit.

    Whoever is concerned is warned at this part of it.
    """

    task_tokens: int = 0
    agent_tokens: int = 0
    day_tokens: int = 0
    warn: float = 0.8


class TeamSettings(NamedTuple):
    """The section `[teams]`; `plan_first`: no teammate writes before its plan is approved."""

    plan_first: bool = False


class StoreSettings(NamedTuple):
    """The section `[store]`: the database that several machines share; without one this checkout has all there is."""

    url: str | None = None


TASKS_FILE, STATE_FILE = "TASKS.md", "SHARED_MIND.md"
"""What the task list and the page of the shared state are called where the settings do not say."""


class Settings(NamedTuple):
    """What `.claude/interlock.toml` may say; every key is optional."""

    mode: str = "enforce"
    unclaimed: str = "allow"
    lease_minutes: float = 30.0
    open: tuple[str, ...] = ()
    bash: str = "confine"
    writable: tuple[str, ...] = ()
    retry_seconds: float = 30.0
    hold_builds: str = "auto"
    approve_own_tools: bool = True
    tasks_file: str | None = None
    state_file: str | None = None
    max_agents: int = 3
    merge: MergeSettings = MergeSettings()
    notify: NotifySettings = NotifySettings()
    worktree: WorktreeSettings = WorktreeSettings()
    retention: RetentionSettings = RetentionSettings()
    review: ReviewSettings = ReviewSettings()
    store: StoreSettings = StoreSettings()
    budget: BudgetSettings = BudgetSettings()
    prices: tuple[tuple[str, Price], ...] = ()
    routing: RoutingSettings = RoutingSettings()
    roles: tuple[RoleSettings, ...] = ()
    teams: TeamSettings = TeamSettings()
    work: WorkSettings = WorkSettings()
    wake_idle: bool = True

    @property
    def lease_seconds(self) -> float:
        """How long a claim lasts while its holder is inactive."""
        return self.lease_minutes * 60

    @property
    def texts(self) -> tuple[str, str]:
        """The task list and the page of the shared state, relative to the main worktree, there or not."""
        return self.tasks_file or TASKS_FILE, self.state_file or STATE_FILE
