"""What `sqlite3` and `duckdb` write: their database, when a statement changes it, and files that commands name."""

from mcp_server.bash import options
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler


_VALUED = (
    "-cmd -init -separator -nullvalue -newline -lookaside -mmap -maxsize -vfs -key -hexkey -textkey -heap -escape -c -s"
    " -f -storage-version -nonce"
)
_TWO_VALUES = ("-lookaside", "-pagecache")


def _database(call: "Call") -> None:
    """`sqlite3` and `duckdb`: statements may change the database; some commands write other files."""
    words = dict.fromkeys(_VALUED.split(), True)
    given = options.parsed(_with_one_value(call.arguments), words=words, whole=True)
    if given.has("-help", "-version", "-h", "-?"):
        call.prints()
        return
    names = given.operands
    database = names[0] if names else ""
    texts = [*given.values("-cmd", "-c", "-s"), *names[1:]]
    for name in given.values("-f", "-init"):
        texts.append(call.text(name) or UNKNOWN)
    if not names[1:] and not given.has("-c", "-s", "-f"):
        texts.append(call.stdin if isinstance(call.stdin, str) else UNKNOWN)
    reads_only = given.has("-readonly", "-safe")
    if call.name == "duckdb" and not reads_only and database not in ("", ":memory:"):
        call.may_write(database)  # it creates the file before it reads a statement
    for text in texts:
        for statement in _statements(text):
            _statement(call, statement, "" if reads_only else database)
    call.prints()


def _with_one_value(words: list[str]) -> list[str]:
    """The words without the second value of the options that have two."""
    kept, skip = [], 0
    for word in words:
        skip -= 1
        if skip == 0:
            continue
        kept.append(word)
        if "-" + word.lstrip("-") in _TWO_VALUES:
            skip = 2
    return kept


def _statements(text: str) -> list[str]:
    found: list[str] = []
    for line in text.splitlines():
        found += [line.strip()] if line.strip().startswith(".") else [part.strip() for part in line.split(";")]
    return [statement for statement in found if statement]


_READING = (
    *"select explain -- . values describe show summarize from load install set use checkpoint".split(),
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
    elif words[:1] == ["copy"] and "to" in words:
        call.write(_quoted(statement, after=" to "))
    elif words[:2] == ["export", "database"]:
        call.write_tree(_quoted(statement, after="database "))
    elif database not in ("", ":memory:") and _changes(statement, words):
        call.write(database)


def _changes(statement: str, words: list[str]) -> bool:
    """Whether a statement may change the database."""
    if words[:1] == ["with"]:
        return not {"insert", "update", "delete", "replace"}.isdisjoint(words)
    return not statement.lower().startswith(_READING)


def _quoted(statement: str, *, after: str) -> str:
    """The name in quotes after a word of a statement; unknown without one."""
    rest = statement[statement.lower().index(after) + len(after) :].strip()
    return rest[1:].partition(rest[0])[0] if rest[:1] in ("'", '"') else UNKNOWN


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


TABLE: "dict[str, Handler]" = {"sqlite3 sqlite duckdb": _database}
