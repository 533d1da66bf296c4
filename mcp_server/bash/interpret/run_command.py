"""What a simple command runs: an alias, a function, a builtin, a known program, a script, or something unknown."""

from mcp_server.bash.call import Call
from mcp_server.bash.expand import words
from mcp_server.bash.interpret import redirections
from mcp_server.bash.parse.grammar import text_of
from mcp_server.bash.programs import index
from mcp_server.bash.state import LIKELY, OPEN
from mcp_server.bash.unknown import UNKNOWN, is_known, readable, unmasked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from mcp_server.bash.state import Status
    from mcp_server.bash.state.shell import Shell, Value


_SYSTEM_FOLDERS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin", "/usr/games")
_MOST_PROGRAMS = 200
"""After so many only new ones are added to the list of programs."""
_BETWEEN = frozenset([";", "&", "\n"])


def command(shell: "Shell", node: "Node") -> "Status":
    """Run a simple command."""
    assignments, arguments, redirects = _sorted(node)
    if shell.aliases and arguments and arguments[0] in shell.aliases and "expand_aliases" in shell.options:
        return _aliased(shell, node, arguments[0])
    expanded = [field for word in arguments for field in words.fields(shell, word)]
    if not expanded:
        for assigned in assignments:
            assignment(shell, assigned)
        return redirections.within(shell, redirects, lambda: LIKELY)
    if expanded[0] == "exec" and len(expanded) == 1:
        redirections.opened_for_good(shell, redirects)
        return True
    return redirections.within(shell, redirects, lambda: _with(shell, assignments, expanded))


def _sorted(node: "Node") -> "tuple[list[Node], list[str], list[Node]]":
    assignments: list[Node] = []
    arguments: list[str] = []
    redirects: list[Node] = []
    for child in node.children:
        if child.type in redirections.KINDS:
            redirects.append(child)
        elif child.type == "variable_assignment" and not arguments:
            assignments.append(child)
        elif child.type not in _BETWEEN and child.type != "comment":
            text = text_of(child)
            arguments.append(unmasked(text) if "\x10" in text else text)
    return assignments, arguments, redirects


def _aliased(shell: "Shell", node: "Node", name: str) -> "Status":
    value = shell.aliases[name]
    if value.split(None, 1)[:1] == [name]:
        return _plainly(shell, node)
    return shell.follow(value + text_of(node)[len(name) :])


def _plainly(shell: "Shell", node: "Node") -> "Status":
    aliases, shell.aliases = shell.aliases, {}
    try:
        return command(shell, node)
    finally:
        shell.aliases = aliases


def _with(shell: "Shell", assignments: "list[Node]", arguments: list[str]) -> "Status":
    if not assignments:
        return run(shell, arguments)
    named = (assigned.child_by_field_name("name") for assigned in assignments)
    names = [text_of(name).partition("[")[0] for name in named if name is not None]
    kept = {name: shell.variables.get(name) for name in names}
    for assigned in assignments:
        assignment(shell, assigned)
    try:
        return run(shell, arguments)
    finally:
        if arguments[0] not in ("eval", "source", ".", "export"):
            for name in names:
                _reset_variable(shell, name, kept[name])


def _reset_variable(shell: "Shell", name: str, value: "Value | None") -> None:
    if value is None:
        shell.variables.pop(name, None)
    else:
        shell.variables[name] = value


def run(shell: "Shell", arguments: list[str], *, functions: bool = True) -> "Status":
    """Run a command whose words are expanded."""
    shell.spend(1)
    if not arguments:
        return LIKELY
    name = arguments[0]
    if functions and name in shell.functions:
        return shell.interpreter.call_function(shell, shell.functions[name], arguments[1:])
    if not is_known(name):
        return unknown(shell, name)
    return program(shell, name, arguments[1:])


def program(shell: "Shell", name: str, arguments: list[str]) -> "Status":
    """Run a builtin or program."""
    shown_name = name.rpartition("/")[2] if "/" in name else name
    if len(shell.reading.programs) < _MOST_PROGRAMS or shown_name not in shell.reading.programs:
        shell.reading.programs.append(shown_name)
    if "/" in name and shown_name not in index.WRAPPERS and not _is_installed(shell, name):
        return shell.interpreter.run_file(shell, name, arguments)
    if index.only_prints(shown_name, arguments):
        shell.print(UNKNOWN)
        return LIKELY
    handler = index.handler(shown_name)
    call = Call(shell, shown_name, arguments)
    if handler is None and index.is_asked_for_help(arguments):
        shell.print(UNKNOWN)
        return None
    if handler is None:
        return unknown(shell, shown_name)
    status = handler(call)
    return LIKELY if status is None else None if status == OPEN else status


def unknown(shell: "Shell", name: str) -> "Status":
    """Run a program that is not known."""
    shell.disk.unpredictable = True
    shell.print(UNKNOWN)
    shell.reading.mark_unknown(f"Cannot tell what `{readable(name)}` writes.")
    return None


def _is_installed(shell: "Shell", name: str) -> bool:
    path = shell.real(name)
    if path is None:
        return False
    folder = (shell.locate(name) or "").rpartition("/")[0]
    if path.endswith("/bin/interlock"):
        return shell.disk.is_dir(path.removesuffix("/bin/interlock") + "/mcp_server/bootstrap")
    return folder in _SYSTEM_FOLDERS or folder.endswith(
        ("/node_modules/.bin", "/vendor/bin", "/venv/bin", "/.venv/bin")
    )


def assignment(shell: "Shell", node: "Node", *, local: bool = False) -> "Status":
    """Set a variable; the status of a substitution in it is not followed."""
    name_node, value_node = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name_node is None:
        return LIKELY
    name, appends = text_of(name_node), any(child.type == "+=" for child in node.children)
    if name_node.type == "subscript":
        return _element(shell, name_node, "" if value_node is None else words.single(shell, text_of(value_node)))
    value: str | list[str] | dict[str, str]
    if value_node is not None and value_node.type == "array":
        value = _array(shell, value_node, shell.get(name))
    else:
        value = "" if value_node is None else words.single(shell, text_of(value_node))
    if appends:
        value = _appended(shell.get(name), value)
    (shell.set_local if local else shell.set)(name, value)
    return LIKELY


def _array(shell: "Shell", node: "Node", before: object) -> "list[str] | dict[str, str]":
    items = [child for child in node.children if child.is_named and child.type != "comment"]
    texts = [text_of(child) for child in items]
    if isinstance(before, dict) or any(text.startswith("[") and "]=" in text for text in texts):
        pairs = (text[1:].partition("]=") for text in texts)
        return {words.single(shell, key): words.single(shell, value) for key, _, value in pairs}
    return [field for text in texts for field in words.fields(shell, text)]


def _appended(before: object, value: "str | list[str] | dict[str, str]") -> "str | list[str] | dict[str, str]":
    if isinstance(before, dict) and isinstance(value, dict):
        return {**before, **value}
    if isinstance(value, list):
        return [*(before if isinstance(before, list) else [before] if isinstance(before, str) else []), *value]
    if isinstance(before, list) and isinstance(value, str):
        return [(before[0] if before else "") + value, *before[1:]]
    return (before if isinstance(before, str) else "") + value if isinstance(value, str) else value


def _element(shell: "Shell", node: "Node", value: str) -> "Status":
    name, _, subscript = text_of(node).partition("[")
    before = shell.get(name)
    if isinstance(before, dict):
        shell.set(name, {**before, words.single(shell, subscript[:-1]): value})
        return LIKELY
    items = list(before) if isinstance(before, list) else [before] if isinstance(before, str) else []
    number = shell.arithmetic(subscript[:-1])
    if number.isdigit() and int(number) <= len(items):
        items[int(number) : int(number) + 1] = [value]
        shell.set(name, items)
    else:
        shell.set(name, [UNKNOWN])
    return LIKELY


def declaration(shell: "Shell", node: "Node") -> "Status":
    """`export`, `local`, `declare`, `readonly`, `typeset`."""
    words_given = [text_of(child) for child in node.children if child.type == "word"]
    local = node.children[0].type in ("local", "declare", "typeset") and not any("g" in word for word in words_given)
    for child in node.children[1:]:
        if child.type == "variable_assignment":
            name = child.child_by_field_name("name")
            if name is not None and any("A" in word for word in words_given):
                shell.set_local(text_of(name), {})
            assignment(shell, child, local=local)
        elif child.type == "variable_name" and local:
            shell.set_local(text_of(child), {} if any("A" in word for word in words_given) else "")
        elif child.is_named and child.type not in ("variable_name", "word"):
            for field in words.fields(shell, text_of(child)):
                name_text, equals, value = field.partition("=")
                if equals:
                    shell.set(name_text, value)
    return LIKELY


def unset(shell: "Shell", node: "Node") -> "Status":
    """`unset`."""
    for child in node.children[1:]:
        name = text_of(child)
        shell.set(name, None)
        shell.functions.pop(name, None)
    return True
