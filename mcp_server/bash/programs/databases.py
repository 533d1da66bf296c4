"""What `sqlite3` writes: its database, when a statement changes it, and the files that its commands name."""

from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler


def _sqlite(call: "Call") -> None:
    """`sqlite3`: statements may change the database; some commands write other files."""
    given = call.options(long="cmd init separator nullvalue newline")
    words = [word for word in call.arguments if word not in given.values("--cmd", "--init")]
    names = [word for word in words if not word.startswith("-")]
    database = names[0] if names else ""
    texts = [*names[1:], *given.values("--cmd")]
    if not names[1:]:
        texts.append(call.stdin if isinstance(call.stdin, str) else UNKNOWN)
    for value in ("cmd", "init"):
        at = call.arguments.index("-" + value) if "-" + value in call.arguments[:-1] else -1
        texts += [call.arguments[at + 1]] if at >= 0 and value == "cmd" else []
    reads_only = "-readonly" in words or "--readonly" in words
    for text in texts:
        for statement in _statements(text):
            _statement(call, statement, "" if reads_only else database)
    call.prints()


def _statements(text: str) -> list[str]:
    found: list[str] = []
    for line in text.splitlines():
        found += [line.strip()] if line.strip().startswith(".") else [part.strip() for part in line.split(";")]
    return [statement for statement in found if statement]


_READING = (
    *"select explain -- . values with".split(),
    *(f"pragma {name}" for name in "table index database schema foreign_key_list integrity user_version; page".split()),
)


def _statement(call: "Call", statement: str, database: str) -> None:
    words = statement.lower().split()
    if statement.startswith("."):
        _dot_command(call, statement.split(), database)
    elif UNKNOWN in statement:
        call.mark_unknown(f"Cannot tell what `{call.name}` changes.")
    elif words[:2] == ["vacuum", "into"]:
        call.write(statement.split(None, 2)[2].strip("'\" ;"))
    elif words[:1] == ["attach"]:
        for word in statement.split():
            if word[:1] in "'\"":
                call.write(word.strip("'\";"))
    elif not statement.lower().startswith(_READING) and database not in ("", ":memory:"):
        call.write(database)


def _dot_command(call: "Call", words: list[str], database: str) -> None:
    name, values = words[0], [word.strip("'\"") for word in words[1:] if not word.startswith("-")]
    if name in (".output", ".once", ".backup", ".save", ".log", ".excel") and values[-1:] not in (
        [],
        ["stdout"],
        ["off"],
    ):
        if values[-1].startswith("|"):
            call.runs_anything()
        else:
            call.write(values[-1])
    elif name == ".clone" and values:
        call.write(values[0])
    elif name in (".import", ".restore") and database:
        call.write(database)
    elif name in (".shell", ".system"):
        call.runs_anything()
    elif name == ".read" and values:
        text = call.text(values[0])
        for statement in _statements(text if text is not None else UNKNOWN):
            _statement(call, statement, database)


TABLE: "dict[str, Handler]" = {"sqlite3": _sqlite}
