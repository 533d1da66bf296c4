"""Makes a workflow of what went well: of a run with its parameters, or of tasks that were done, as they are.

What tasks have in common is not guessed at: each is written down, in the phases that their dependencies make.
"""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.core.leases.obstacles import existing
from mcp_server.core.workflows.steer import the_run
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.task import Task
from mcp_server.domain.text import count
from mcp_server.domain.workflow.placeholders import escaped
from mcp_server.domain.workflow.workflow import Phase, Template, Workflow
from mcp_server.ports import Books
from mcp_server.workflow_file.reader import NAME, read_workflow

MOST_TASKS = 500


def of_run(place: Workplace, name: str, run_id: str) -> Workflow:
    """The workflow of a run, with its parameters as defaults."""
    _check_name(name)
    with place.store.reading() as books:
        run = the_run(books, run_id)
    workflow = read_workflow(name, run.text, run.id)
    given = dict(run.given)
    parameters = tuple(one._replace(default=given.get(one.name, one.default)) for one in workflow.parameters)
    return workflow._replace(parameters=parameters)


def of_tasks(place: Workplace, name: str, task_ids: Sequence[str]) -> Workflow:
    """A workflow that plans these tasks again; refuses (Misuse) one that is not done."""
    _check_name(name)
    if not task_ids:
        raise Misuse("name the tasks to make a workflow of, or a run with --run")
    if len(task_ids) > MOST_TASKS:
        raise Misuse(f"{len(task_ids)} tasks were named; at most {MOST_TASKS} make a workflow")
    with place.store.reading() as books:
        tasks = [existing(books, task_id) for task_id in dict.fromkeys(task_ids)]
        undone = [task for task in tasks if task.status != "done"]
        if undone:
            raise Misuse(f"{undone[0].id} is {undone[0].status}: a workflow is made of tasks that went well")
        depths = _depths(books, [task.id for task in tasks])
        phases = [
            Phase(f"phase-{depth + 1}", tuple(_template(books, task) for task in tasks if depths[task.id] == depth))
            for depth in range(max(depths.values()) + 1)
        ]
    return Workflow(name, f"Again: {count(len(tasks), 'task')}, of which {tasks[0].id} was the first", tuple(phases))


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise Misuse(f"a workflow can't be called {shown(name)}: small letters, digits, - and _, at most 40")


def _depths(books: Books, task_ids: Sequence[str]) -> dict[str, int]:
    """How many of these tasks one after the other have to be done before each of them."""
    needs = {task_id: [one for one in books.tasks.depends_on(task_id) if one in set(task_ids)] for task_id in task_ids}
    depths: dict[str, int] = {}
    while len(depths) < len(needs):
        for task_id, needed in needs.items():
            if task_id not in depths and all(one in depths for one in needed):
                depths[task_id] = 1 + max((depths[one] for one in needed), default=-1)
    return depths


def _template(books: Books, task: Task) -> Template:
    budget = books.budgets.of("task", task.id)
    return Template(
        escaped(task.title),
        tuple(map(escaped, task.scope)),
        escaped(task.done_when) if task.done_when else None,
        task.tier,
        task.role,
        budget.most,
        task.capabilities,
        tuple(map(escaped, task.resources)),
        task.priority,
    )
