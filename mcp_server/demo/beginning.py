"""The first scenes: three agents start, the work is planned, and all claim the same task."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from mcp_server.demo import shop
from mcp_server.demo.expecting import expect
from mcp_server.demo.stage import NAMES, Stage

TOOLS = 11
WANTED = "billing"


def start(stage: Stage) -> None:
    """A repository whose failing tests show what is missing; three agents, each a process with hooks and a server."""
    stage.voice.scene("1. Three agents start in one repository")
    stage.repository.create(shop.FILES)
    ran, failed = stage.repository.run_tests()
    expect(failed == shop.FAILING_AT_FIRST, f"{shop.FAILING_AT_FIRST} tests to fail before the work", failed)
    stage.voice.says("git", f"a small shop: {len(shop.FILES)} files; {failed} of its {ran} tests fail")
    stage.init()
    stage.voice.says("you", "interlock init")
    stage.start_players()
    for player in stage.players.values():
        started = player.meet()
        tools, briefing = started["tools"], started["briefing"]
        expect(len(tools) == TOOLS, f"{player.name}'s server to offer {TOOLS} tools", tools)
        expect(f'"{player.name}"' in briefing, f"{player.name} to learn its name", briefing)
    names = ", ".join(stage.players)
    stage.voice.says("all", f"start ({names}): each is given its name, its briefing and {TOOLS} tools")


def plan(stage: Stage) -> None:
    """Two tasks look independent and are not; the plan shows that before anybody starts."""
    stage.voice.scene("2. A plan with a hidden overlap")
    planner = stage.players[NAMES[0]]
    tried = planner.call("plan_tasks", tasks=shop.TASKS, dry_run=True)
    found = [(sorted(overlap["tasks"]), overlap["example"]) for overlap in tried["overlaps"]]
    wanted = [(["billing", "catalog"], "shop/money.py")]
    expect(found == wanted, "billing and catalog to be found to overlap in shop/money.py", tried)
    stage.voice.says(planner.name, f"tries a plan: {_scopes(shop.TASKS)}")
    stage.voice.note("answer: billing and catalog are not independent, both may write shop/money.py")
    fixed = _fixed_plan()
    planned = planner.call("plan_tasks", tasks=fixed)
    expect(planned["overlaps"] == [], "no overlap in the fixed plan", planned)
    expect(sorted(planned["ready"]) == ["auth", "billing", "catalog"], "three tasks to be ready", planned)
    stage.voice.says(planner.name, f"plans it with {_scopes(fixed[2:])}: 3 tasks ready, no overlap")


def race(stage: Stage) -> None:
    """All three claim the same task at the same moment; one gets it, and the others get other tasks."""
    stage.voice.scene(f"3. All three claim {WANTED} at the same moment")
    players = list(stage.players.values())
    for player in players:
        player.begin_call("claim_task", gated=True, task_id=WANTED)
    for player in players:
        player.go()
    answers = {player.name: player.answer() for player in players}
    winners = [name for name, answer in answers.items() if answer["granted"]]
    expect(len(winners) == 1, "exactly one winner", answers)
    stage.holders[WANTED] = stage.players[winners[0]]
    stage.voice.says(winners[0], f"claims {WANTED}: granted")
    for player in stage.others(stage.holders[WANTED]):
        answer = answers[player.name]
        refused = (answer.get("reason"), answer.get("holder"))
        expect(refused == ("held", winners[0]), f"{player.name} to learn that {winners[0]} holds it", answer)
        other, scope = _take_another(stage, player.name)
        stage.voice.says(player.name, f"claims {WANTED}: {winners[0]} has it; gets {other}, scope {scope}")
    expect(len(set(stage.holders.values())) == len(players), "each agent to have its own task", stage.holders)


def _take_another(stage: Stage, name: str) -> tuple[str, str]:
    answer = stage.players[name].call("claim_task")
    expect(answer["granted"], f"another task for {name}", answer)
    task: str = answer["task"]["id"]
    expect(task not in stage.holders, f"a task for {name} that nobody holds", answer)
    stage.holders[task] = stage.players[name]
    return task, ", ".join(answer["scope"])


def _fixed_plan() -> list[dict[str, Any]]:
    return [{**task, "scope": shop.FIXED.get(task["id"], task["scope"])} for task in deepcopy(shop.TASKS)]


def _scopes(tasks: list[dict[str, Any]]) -> str:
    return "; ".join(f"{task['id']} {', '.join(task['scope'])}" for task in tasks)
