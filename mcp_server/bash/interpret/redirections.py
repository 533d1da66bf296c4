"""What redirections open: files that are created or read, here-documents, copies of descriptors."""

from mcp_server.bash.expand import words
from mcp_server.bash.parse.grammar import text_of
from mcp_server.bash.state.shell import joined, resolved
from mcp_server.bash.unknown import BODY, HERE_STRING, UNKNOWN, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from mcp_server.bash.state import Status
    from mcp_server.bash.state.shell import Shell

KINDS = frozenset(["file_redirect", "herestring_redirect", "heredoc_redirect"])


def within(shell: "Shell", nodes: "list[Node]", run: "Callable[[], Status]") -> "Status":
    """Open the redirections, run, and store what was printed as the content of the files."""
    if not nodes:
        return run()
    stdin, out, output_is_read = shell.stdin, shell.out, shell.output_is_read
    target: tuple[str, bool] | None = None
    try:
        for node in nodes:
            target = _open(shell, node, target)
        return run()
    finally:
        if target is not None:
            _fill(shell, *target)
        shell.out, shell.output_is_read = out, output_is_read
        if any(_parts(node)[1] in ("<", "<<<") for node in nodes):
            shell.stdin = stdin  # otherwise what was read from it stays read


def opened_for_good(shell: "Shell", nodes: "list[Node]") -> None:
    """Open the redirections of an `exec` without a command, which stay open."""
    for node in nodes:
        _open(shell, node, None)


def _open(shell: "Shell", node: "Node", target: tuple[str, bool] | None) -> tuple[str, bool] | None:
    descriptor, sign, word = _parts(node)
    if word is None:
        return target
    if sign in ("<", "<<<"):
        shell.stdin = UNKNOWN if descriptor not in ("", "0") else _input(shell, word)
        return target
    value = _destination(shell, word)
    if sign in (">&", "<&"):
        if value.isdigit() or value in ("-", "") or (value[:-1].isdigit() and value.endswith("-")):
            return _duplicated(shell, descriptor, value, target)
        if sign == "<&" or "COPROC" in word:
            return target
    path = written(shell, value)
    if descriptor not in ("", "1"):
        return target
    shell.out, shell.output_is_read = [], True
    return None if path is None else (path, sign in (">>", "&>>"))


def _duplicated(
    shell: "Shell", descriptor: str, value: str, target: tuple[str, bool] | None
) -> tuple[str, bool] | None:
    if descriptor in ("", "1") and value != "1":
        shell.out, shell.output_is_read = [], False
        return None
    return target


def _parts(node: "Node") -> tuple[str, str, str | None]:
    descriptor, sign, word = "", "", None
    for child in node.children:
        if child.type == "file_descriptor":
            descriptor = text_of(child)
        elif not child.is_named and not sign:
            sign = text_of(child)
        elif word is None:
            word = text_of(child)
    return descriptor, sign, word


def _destination(shell: "Shell", word: str) -> str:
    found = words.fields(shell, word)
    return found[0] if len(found) == 1 else "" if not found else UNKNOWN


def _input(shell: "Shell", word: str) -> object:
    if word.startswith(BODY):
        number = word[1:]
        if not number.isdigit() or int(number) >= len(shell.bodies):
            return UNKNOWN
        document = shell.bodies[int(number)]
        return document.text if document.literal else words.body(shell, document.text)
    if word.startswith(HERE_STRING):
        return words.single(shell, word[1:]) + "\n"
    path = shell.locate(_destination(shell, word))
    return UNKNOWN if path is None else shell.disk.content(path)


def written(shell: "Shell", value: str) -> str | None:
    """Record that a redirection writes the file `value`; returns its real path if that is known."""
    path = shell.real(value)
    if path is None:
        shell.reading.mark_path_unknown(f"Cannot tell where a redirection to `{readable(value)}` writes.")
        return None
    if shell.disk.kind(path) != "directory":
        shell.disk.write(path, ">")
    return path


def _fill(shell: "Shell", path: str, appends: bool) -> None:
    printed = joined(shell.out)
    if appends:
        printed = resolved(printed)
    if isinstance(printed, str) and appends:
        before = shell.disk.files.text(path, 100_000) if not shell.disk.unpredictable else None
        printed = UNKNOWN if before is None else before + printed
    shell.disk.set_content(path, printed)
