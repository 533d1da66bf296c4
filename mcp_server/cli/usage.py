"""The commands about what is spent, and what may be: `usage`, `budget`, `budget raise`."""

from __future__ import annotations

from typing import Annotated, cast

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from mcp_server.answers.answer import Answer
from mcp_server.answers.usage import BudgetPart, BudgetsAnswer, RaisedAnswer, UsageAnswer, UsagePart
from mcp_server.cli.runner import JSON, CommandRequest, look, serve, services_of
from mcp_server.core.agents.command_line import typed
from mcp_server.core.usage.budgets import raise_budget, read_budgets, tokens_of
from mcp_server.core.usage.catch_up import catch_up
from mcp_server.core.usage.show import read_usage
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.usage.budget import Limits
from mcp_server.domain.usage.sums import By

Json = Annotated[bool, JSON]

COLUMNS = ("responses", "input", "output", "cache\nwritten", "cache\nread", "tokens")
LEVELS = {"free": "green", "warned": "yellow", "reached": "red"}
WHAT = "TASK|agent NAME|day"


def register(app: typer.Typer) -> None:
    """Register these commands."""
    app.command(rich_help_panel="Look")(usage)
    budget = typer.Typer(help="Show what may be spent, and how much is; a person raises it.")
    budget.callback(invoke_without_command=True)(show_budgets)
    budget.command("raise")(raise_)
    app.add_typer(budget, name="budget", rich_help_panel="Look")


def usage(
    context: typer.Context,
    by: Annotated[By, typer.Option("--by", help="What to add up by.")] = "agent",
    since: Annotated[
        str | None, typer.Option("--since", help="A day (2026-01-31), today, yesterday, or 7d; UTC.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how many tokens were spent, by agent, task, model or day."""
    transcripts = services_of(context).transcripts()

    def at(place: Workplace) -> UsageAnswer:
        catch_up(place.store, transcripts)
        return UsageAnswer.of(read_usage(place, by, since))

    look(context, at, as_json=as_json, show=_show_usage)


def show_budgets(context: typer.Context, as_json: Json = False) -> None:
    """Show what may be spent, and how much is."""
    if context.invoked_subcommand is None:
        look(context, lambda place: BudgetsAnswer.of(read_budgets(place)), as_json=as_json, show=_show_budgets)


def raise_(
    context: typer.Context,
    what: Annotated[list[str], typer.Argument(metavar=f"{WHAT} TOKENS", help="As 500000, 500k or 2M, in all.")],
    as_json: Json = False,
) -> None:
    """Let a task, an agent or this day spend more. A person's act: whoever works under it gets a message."""

    def act(request: CommandRequest) -> RaisedAnswer:
        kind, name, tokens = _meant(what)
        raised = raise_budget(request.place, request.agent_id, kind, name, tokens)
        return RaisedAnswer.of(raised, Limits(*request.place.settings().budget))

    serve(context, act, as_json=as_json, persons=typed("budget", "raise", *what))


def _meant(words: list[str]) -> tuple[str, str, int]:
    """The kind, the name and the number of tokens; `task` before its id tells a task called `day` from the day."""
    *target, tokens = words
    if target == ["day"]:
        return "day", "", tokens_of(tokens)
    if len(target) == 2 and target[0] in ("agent", "task"):
        return target[0], target[1], tokens_of(tokens)
    if len(target) == 1:
        return "task", target[0], tokens_of(tokens)
    raise Misuse(f"say which budget, and the number of tokens: interlock budget raise {WHAT} TOKENS")


def _show_usage(answer: Answer) -> RenderableType:
    shown = cast(UsageAnswer, answer)
    since = f" since {shown.since}" if shown.since else ""
    if not shown.usage:
        return f"No tokens were counted{since}: they are counted as agents work in this repository."
    money = any(part.about is not None for part in shown.usage)
    table = Table(title=f"Tokens by {shown.by}{since}", title_justify="left", box=None, pad_edge=False)
    table.add_column(shown.by, overflow="fold")
    for heading in (*COLUMNS, *(["about"] if money else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    rows = [*shown.usage, *([shown.whole] if len(shown.usage) > 1 else [])]
    for part in rows:
        table.add_row(escape(part.name), *_cells(part), *([_money(part)] if money else []))
    notes = ["[dim]Tokens are all but those read from the cache.[/]"]
    if shown.inexact:
        notes += ["[yellow]Not exact:[/]", *(f"  {escape(words)}" for words in shown.inexact)]
    return Group(table, *notes)


def _cells(part: UsagePart) -> list[str]:
    numbers = (part.responses, part.input, part.output, part.cache_written, part.cache_read, part.total)
    return [f"{number:,}" for number in numbers]


def _money(part: UsagePart) -> str:
    return "?" if part.about is None else f"{part.about:,.2f}"


def _show_budgets(answer: Answer) -> RenderableType:
    shown = cast(BudgetsAnswer, answer)
    settings = [
        f"{name} {tokens:,}"
        for name, tokens in (
            ("a task", shown.task_tokens),
            ("an agent", shown.agent_tokens),
            ("a day", shown.day_tokens),
        )
        if tokens
    ]
    allowed = f"The settings allow {', '.join(settings)} tokens." if settings else "The settings set no budget."
    if not shown.budgets:
        return f"{allowed} None is near its limit." if settings else allowed
    table = Table(box=None, pad_edge=False)
    for heading in ("budget", "spent", "of", ""):
        table.add_column(heading, justify="right" if heading in ("spent", "of") else "left", overflow="fold")
    for part in shown.budgets:
        table.add_row(escape(_named(part)), f"{part.spent:,}", f"{part.limit:,}", _level(part))
    return Group(table, f"[dim]{allowed}[/]")


def _named(part: BudgetPart) -> str:
    return "today" if part.kind == "day" else f"{part.kind} {part.name}"


def _level(part: BudgetPart) -> str:
    words = {"free": "", "warned": "nearly used up", "reached": "used up"}[part.level]
    return f"[{LEVELS[part.level]}]{words}[/]"
