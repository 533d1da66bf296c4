"""The command that starts sessions for tasks: `launch`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from time import sleep
from typing import Annotated, Any, cast
from uuid import uuid4

import typer
from typer.core import TyperCommand

from mcp_server.answers.answer import Answer
from mcp_server.answers.launch import LaunchAnswer, NotLaunchedPart, SessionPart
from mcp_server.cli.launch_worktrees import houses
from mcp_server.cli.runner import DONE, FAILURE, JSON, MISUSE, REFUSED, Seat, serve, surroundings
from mcp_server.cli.runner import stop as give_up
from mcp_server.cli.services import Surroundings
from mcp_server.core.launch import launch as launching
from mcp_server.core.launch.launch import Failed, Launched, Order, Progress
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.launch import Launch, NotStarted, Way
from mcp_server.domain.worktree import Trouble

LOOK_EVERY = 0.25
LOOKS = 60
"""How often it is looked whether a session has reported: a first start may ask a question, and then nobody answers."""
MOST_READY, MOST_TOLD = 200, 5
PASSED_ON = "passed_on"

Json = Annotated[bool, JSON]


class _WithWordsForTheClient(TyperCommand):
    """What stands behind `--` is not ours."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ours, theirs = _split(args)
        ctx.meta[PASSED_ON] = theirs
        return super().parse_args(ctx, ours)


class _TooMany(Exception):
    """More agents than the settings allow, and nobody said yes."""


def register(app: typer.Typer) -> None:
    """Put these commands under the roof."""
    app.command(cls=_WithWordsForTheClient, rich_help_panel="Sessions")(launch)


def launch(  # noqa: PLR0913, PLR0917  each is an option
    context: typer.Context,
    tasks: Annotated[list[str] | None, typer.Argument(help="Without any: the best that are ready.")] = None,
    agents: Annotated[int | None, typer.Option("--agents", min=1, help="How many, when no task is named.")] = None,
    tmux: Annotated[bool, typer.Option("--tmux", help="In panes of tmux; so by default, where there is one.")] = False,
    background: Annotated[bool, typer.Option("--background", help="As the client's own background sessions.")] = False,
    printed: Annotated[bool, typer.Option("--print", help="Only print the commands, for your own terminals.")] = False,
    model: Annotated[
        str | None, typer.Option(help="For all of them; by default the one that a task's tier names.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Even if that makes more agents than max_agents.")] = False,
    as_json: Json = False,
) -> None:
    """Start Claude Code for tasks: a worktree, the claim and a session each. What stands behind -- goes to claude."""
    around = surroundings(context)
    way = _way(around, tmux=tmux, background=background, printed=printed, as_json=as_json)
    order = Order(way, model, context.meta.get(PASSED_ON, []), lambda: str(uuid4()))

    def act(seat: Seat) -> LaunchAnswer:
        wanted = list(dict.fromkeys(tasks or ()))
        count = _count(around, seat.place, wanted, agents, asks=not as_json, yes=yes)
        return _launched(context, seat.place, order, wanted, count)

    try:
        serve(context, act, as_json=as_json, refused=_ends_with)
    except _TooMany as error:
        give_up(str(error), REFUSED, as_json=as_json)
    except NotStarted as error:
        give_up(str(error), FAILURE, as_json=as_json)


def _way(around: Surroundings, *, tmux: bool, background: bool, printed: bool, as_json: bool) -> Way:
    if tmux + background + printed > 1:
        give_up("give one of --tmux, --background and --print", MISUSE, as_json=as_json)
    if background:
        return "background"
    if printed:
        return "print"
    if tmux and not around.has_tmux():
        give_up("tmux is not installed; --background and --print do without it", FAILURE, as_json=as_json)
    return "tmux" if around.has_tmux() else "print"


def _count(
    around: Surroundings, place: Workplace, wanted: list[str], agents: int | None, *, asks: bool, yes: bool
) -> int:
    """How many sessions are to be started; refuses (_TooMany) more than the settings allow, unless somebody agrees."""
    if wanted and agents is not None:
        raise Misuse("name the tasks, or say how many with --agents, not both")
    most = around.settings().max_agents
    at_work = {each.task for each in launching.running(place, around.ways())}
    count = len(set(wanted) - at_work) if wanted else agents or max(most - len(at_work), 0)
    if agents is not None:
        count = min(agents, len(launching.candidates(place, MOST_READY)))
    if not wanted and not agents and not count:
        raise _TooMany(
            f"{len(at_work)} launched agents are at work, as many as max_agents allows; --agents N starts more"
        )
    total = len(at_work) + count
    if not count or total <= most or yes:
        return count
    words = f"{total} agents would be at work at once, and max_agents is {most}"
    if not asks or not sys.stdin.isatty():
        raise _TooMany(f"{words}; --yes starts them all the same")
    if not typer.confirm(f"{words}. Start them?"):
        raise _TooMany(f"{words}; nothing was started")
    return count


def _launched(context: typer.Context, place: Workplace, order: Order, wanted: list[str], count: int) -> LaunchAnswer:
    """Claims first, one after the other; then the worktrees, side by side; then the sessions, in order."""
    around = surroundings(context)
    ways = around.ways()
    with ExitStack() as held:
        begun, refused = _begun(around, place, order, wanted, count, held)
        anew = [each for each in begun if isinstance(each, Launch)]
        launched = [each for each in begun if isinstance(each, Launched)]
        with houses(context, [each.task for each in anew]) as house:
            for each in anew:
                outcome = launching.start(place, ways, order, each, house)
                if isinstance(outcome, Launched):
                    launched.append(outcome)
                else:
                    refused.append(NotLaunchedPart.of(each.task, outcome))
    told = [part for part in refused if wanted or part.failed] or ([] if launched else refused[:MOST_TOLD])
    return _watched(around, place, launched, told)


def _begun(
    around: Surroundings, place: Workplace, order: Order, wanted: list[str], count: int, held: ExitStack
) -> tuple[list[Launch | Launched], list[NotLaunchedPart]]:
    """The claims for as many sessions as are to be started, and what was not to be had; `held` keeps others away."""
    begun: list[Launch | Launched] = []
    refused: list[NotLaunchedPart] = []
    for task in launching.known(place, wanted) or launching.candidates(place, MOST_READY):
        failures = sum(part.failed for part in refused)  # one for each of many tasks would say nothing more
        if not wanted and sum(isinstance(each, Launch) for each in begun) + failures >= count:
            break
        try:
            held.enter_context(around.alone(task))
        except Trouble:
            refused.append(NotLaunchedPart(task=task, reason="held", advice="It is being launched at this moment."))
            continue
        outcome = launching.begin(place, around.ways(), order, task)
        if isinstance(outcome, (Launch, Launched)):
            begun.append(outcome)
        else:
            refused.append(NotLaunchedPart.of(task, outcome))
    return begun, refused


def _watched(
    around: Surroundings, place: Workplace, launched: list[Launched], refused: list[NotLaunchedPart]
) -> LaunchAnswer:
    """Wait until every session has reported, or it is clear that it won't by itself."""

    def look(each: Launched) -> Progress | Failed:
        return launching.progress(place, around.ways()[each.launch.way], each.launch)

    seen = {each: look(each) for each in launched}
    for _ in range(LOOKS):
        waiting = [each for each, found in seen.items() if found == "waiting" and each.launch.way != "print"]
        if not waiting:
            break
        sleep(LOOK_EVERY)
        seen |= {each: look(each) for each in waiting}
    return LaunchAnswer(
        sessions=[SessionPart.of(each, found) for each, found in seen.items() if not isinstance(found, Failed)],
        not_launched=[
            *refused,
            *(NotLaunchedPart.of(found.task, found) for found in seen.values() if isinstance(found, Failed)),
        ],
    )


def _ends_with(answer: Answer) -> int:
    found = cast(LaunchAnswer, answer)
    if any(part.failed for part in found.not_launched):
        return FAILURE
    return DONE if found.sessions and not found.not_launched else REFUSED


def _split(args: list[str]) -> tuple[list[str], list[str]]:
    at = args.index("--") if "--" in args else len(args)
    return args[:at], args[at + 1 :]
