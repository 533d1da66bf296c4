"""The map of the house: which room answers what, who may ask whom, and where a new line belongs.

Rooms, from the inside out:

- `domain/` is what is true: task, lease, decision. Values and functions of the standard library; no input, no output,
  no clock. `decision.decide` is the one answer to "may this agent write this path?", for the guard, `scope_check` and
  `check` alike; `presence` is the one to what a holder does, and whether it keeps its leases. `domain/scopes/` answers
  whether a scope covers a path and whether two scopes overlap; `domain/usage/` what was spent, about what that costs,
  and how far a budget is; `domain/oversight/` what needs a person; `domain/assignment/` which model works on a task,
  with which tools; `domain/workflow/` what a workflow is, and how far a run of it; `domain/unattended/` what a file
  asks for and how far a worker goes; `domain/machines/` who works on which machine, and how old what is known of the
  others is; `domain/heuristics/` what a text probably means.
- `ports/` is what the core needs from outside, as Protocols. A store hands out books, one for each noun, inside one
  transaction, and the time is the store's.
- `core/` is what Interlock does, a room for each noun and a verb to a module: `leases`, `tasks`, `agents`, `guard`,
  `builds` (failed ones), `task_list` (TASKS.md), `shared_state` (SHARED_MIND.md, hand-overs, CLAUDE.md), `worktrees`,
  `merge` (branches, and conflicts between them), `launch`, `assignment` (which task an agent is started for, with
  which model, a teammate with a claim), `teams` (plans that wait, leads that stop), `review` (closed scopes, how many
  may wait, what becomes of one), `approval` (what waits, its check, who decides), `off_track` (signs of going in
  circles, a fresh start), `usage` (what is spent, and budgets), `board` (all that goes on, and what of it needs a
  person), `workflows` (runs, which are carried on by whoever comes next), `unattended` (workers, files that ask for
  something, the heartbeat), `machines` (what one machine has to know of the work on others). Each public function is
  one transaction: all or nothing. Git is asked outside of it, since it takes its time; and what no transaction
  covers, a worktree, a session or a branch that moves, is recorded before it is begun. Contention is an answer
  (`Refused`, `Busy`, `NotWidened`), misuse is an exception (`domain/errors`).
- `bash/` answers what a Bash command would write, `build_errors/` in which files an output reports errors,
  `sandbox/` where a command may write while it runs, `worktree_setup/` what a fresh checkout lacks, `workflow_script/`
  which agents a workflow of the client starts; `task_list/` and `state_page/` read and write the text that people edit,
  `workflow_file/` the workflows. Each knows no store, and has a map of its own in its docstring. A program that is not
  known yet is an entry in the tables of `bash/programs` or `build_errors/tools`.
- `adapters/` is how it is kept and reached, a room for each technology: `sqlite`, `postgres` (which several machines
  share), `git`, `text_files`, `settings`,
  `sessions` (of Claude Code), `transcripts` (that it writes), `host` (paths, processes, locks), `notify` (a person),
  `timers` (cron, systemd), `worktree_setup`, `workflows` (their files, and commands that are run for them).
- `doctor/` examines whether everything that Interlock needs works here.
- `answers` is the structured answer to a call, for agents and people alike; `planned_task` is the form of a plan that
  both hand in.
- `tools/` is what an agent sees: the MCP server. Its docstrings are the agent's manual. `cli/` is what a person types,
  `board/` what a person watches and acts from, in the terminal and in the browser; `showing/` puts both into a
  person's words.
- `front` answers what a client asks at its start, before anything else is loaded. `record` has tuples with named
  fields for modules that hooks load.
- `sharing/` puts together what several machines share: a database, and this checkout's mirror of it.
- `app` puts the server together, `cli_app` the command line, `work_app` what works unattended, `hook_app` what a hook
  needs, which is less; they alone name concrete adapters. `demo/` shows all of it at work, from outside, through the
  real hooks and servers.
- `bootstrap/` makes the environment and runs before it exists, so it knows no other room; `bootstrap/first_start`
  answers the client meanwhile.

Beside this package: `hooks/` holds a script for each family of events, over `hooks/event`, `hooks/bash`,
`hooks/session`, `hooks/starting` (agents) and `hooks/track` (circles); `hooks/resident` has the process of the
session's server answer them, and notify a person; `hooks/wake.py` waits beside an idle session. `bin/interlock` finds
Python and starts `__main__`, or `bin/serve.py` for a session; `skills/` is what agents read, `agents/` an agent for
each built-in role.

Imports go one way, and the contracts in `pyproject.toml` check it:

    hooks, tools, cli (→ board)  →  core  →  ports  →  domain
    adapters, core  →  bash, build_errors, sandbox, worktree_setup, task_list, state_page, workflow_file  →  domain
    hooks  →  workflow_script  →  domain
    adapters  →  ports, domain; never core
    cli_app  →  app  →  everything but hooks, which nobody imports

Where does a line belong?

- A rule about paths, leases or tasks that needs no store: `domain`. One that reads or writes the books: `core`.
- SQL, files, processes, environment variables: `adapters`; a new behaviour of a store starts in `tests/store_contract`,
  which every store must pass.
- Words for agents and people: beside the decision that they explain. Shapes of answers: `answers`.
- Anything that a hook loads before it knows that the repository is in use is paid for on every edit in every
  repository: nothing but `os` there, and no more than the decision needs after it.
- A new tool: a function in `core`, an answer, a method in `tools`, a command in `cli`, a line in a skill and in a
  page of `docs/`.
"""
