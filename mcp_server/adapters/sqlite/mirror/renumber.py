"""Gives the rows of a state numbers that no other mirror's rows have, wherever they are named."""

from __future__ import annotations

from sqlite3 import Connection

from mcp_server.adapters.sqlite.ids import STRIDE

NUMBERED = {
    "agent": "id parent wants_token",
    "begun_edit": "agent",
    "block": "agent entry",
    "call": "agent",
    "checkpoint": "id agent task",
    "command": "agent",
    "delivery": "agent message",
    "dependency": "task needs",
    "edit": "agent",
    "entry": "id agent",
    "event": "id agent",
    "ground": "token",
    "handover": "message",
    "identity": "agent",
    "pending_merge": "agent",
    "last_failure": "agent",
    "launch": "agent",
    "lease": "token holder task",
    "list_version": "event",
    "message": "id sender task",
    "off_track": "agent seen forgiven",
    "reminder": "agent",
    "response": "part",
    "review": "task author",
    "run": "seq starter",
    "run_phase": "run",
    "run_task": "task run",
    "task": "seq token",
    "task_ground": "task",
    "teammate": "agent lead",
    "tested": "agent",
    "track": "agent",
    "track_content": "agent",
    "transcript": "agent",
    "usage": "id agent",
    "wait": "agent",
}
"""The columns that are, or name, the number of an agent, a task, a message, an entry, a run or usage, or of an event,
which is a lease's token too."""


def renumber(connection: Connection, number: int) -> None:
    """Each number n becomes the one that the mirror `number` has for it: their order stays, and who is named where."""
    for table, columns in NUMBERED.items():
        for column in columns.split():
            # By way of numbers that nothing has, since a new one may be another row's old one.
            away = f"UPDATE {table} SET {column} = -({column} * {STRIDE} + ?) WHERE {column} > 0"  # noqa: S608  names of ours
            back = f"UPDATE {table} SET {column} = -{column} WHERE {column} < 0"  # noqa: S608  names of ours
            connection.execute(away, (number,))
            connection.execute(back)
    connection.execute(
        "UPDATE OR REPLACE budget SET subject = CAST(CAST(subject AS INTEGER) * ? + ? AS TEXT) WHERE kind = 'agent'",
        (STRIDE, number),
    )
    connection.execute(
        "UPDATE note SET value = json_set(value, '$[1]', json_extract(value, '$[1]') * ? + ?) "
        "WHERE key = 'task list' AND json_extract(value, '$[1]') > 0",
        (STRIDE, number),
    )
