"""How statements follow one another: lists, pipelines, conditions, loops, functions, subshells.

The status of a statement is True or False where it is certain, LIKELY where it will be true unless something fails, and
None where it is an open question, so that both ways have to be followed.
"""

from mcp_server.bash.expand import words
from mcp_server.bash.interpret import redirections, run_command
from mcp_server.bash.interpret.branches import branch, chained, merged, run_iteration, run_loop_maybe
from mcp_server.bash.parse.grammar import text_of
from mcp_server.bash.state import LIKELY
from mcp_server.bash.state.shell import ControlFlow, Returned, Shell, State, joined
from mcp_server.bash.unknown import UNKNOWN, unmasked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tree_sitter import Node

    from mcp_server.bash.state import Status

MOST_ITERATIONS = 500


def sequence(shell: Shell, nodes: "Iterable[Node]") -> "Status":
    """Run statements one after the other."""
    status: Status = True
    children = [node for node in nodes if node.type != "comment"]
    for at, node in enumerate(children):
        if not node.is_named:
            continue
        if at + 1 < len(children) and children[at + 1].type == "&":
            _background(shell, node)
            status = True
        else:
            status = statement(shell, node)
    return status


def statement(shell: Shell, node: "Node") -> "Status":
    """Run one statement."""
    shell.spend(1)
    handler = _KINDS.get(node.type)
    if handler is None:
        return None
    shell.depth += 1
    if shell.depth > _MOST_NESTING:
        raise RecursionError
    status = handler(shell, node)
    shell.depth -= 1
    return status


_MOST_NESTING = 120


def call_function(shell: Shell, body: "Node", arguments: list[str]) -> "Status":
    """Run a function's body with its own arguments and local variables."""
    kept, shell.arguments = shell.arguments, arguments
    known, shell.arguments_known = shell.arguments_known, not any(argument == UNKNOWN for argument in arguments)
    shell.scopes.append({})
    try:
        return statement(shell, body)
    except Returned:
        return LIKELY
    finally:
        for name, value in shell.scopes.pop().items():
            shell.variables[name] = value
        shell.arguments, shell.arguments_known = kept, known


def _background(shell: Shell, node: "Node") -> None:
    child = shell.fork()
    try:
        statement(child, node)
    except ControlFlow:
        return


def _chain(shell: Shell, node: "Node") -> "Status":
    """Pipelines joined by `&&` and `||`, and the redirections in them."""
    pipelines: list[list[_Part]] = [[]]
    signs: list[str] = []
    for part in _parts(node):
        if part.sign in ("&&", "||"):
            pipelines.append([])
            signs.append(part.sign)
        pipelines[-1].append(part)
    status = _pipeline(shell, pipelines[0])
    for sign, pipeline in zip(signs, pipelines[1:], strict=True):
        status = chained(shell, status, sign, lambda pipeline=pipeline: _pipeline(shell, pipeline))  # type: ignore[misc]
    return status


class _Part:
    """One command of a chain: the operator before it, its redirections, and whether its pipeline is negated."""

    __slots__ = ("redirects", "negated", "node", "sign")

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.sign = ""
        self.redirects: list[Node] = []
        self.negated = False


def _parts(node: "Node") -> list[_Part]:
    # The grammar lets a redirection hold for all of `a && b`, and a pipe take all of `a && b > c`; Bash does neither.
    if node.type in ("list", "pipeline"):
        found: list[_Part] = []
        sign = ""
        for child in node.children:
            if child.is_named and child.type != "comment":
                parts = _parts(child)
                parts[0].sign = sign
                found += parts
            elif not child.is_named:
                sign = child.type
        return found
    if node.type == "negated_command":
        parts = _parts(node.children[-1])
        parts[0].negated = not parts[0].negated
        return parts
    body = node.child_by_field_name("body") if node.type == "redirected_statement" else None
    if body is not None:
        parts = _parts(body)
        parts[-1].redirects = [
            *parts[-1].redirects,
            *(child for child in node.children if child.type in redirections.KINDS),
        ]
        return parts
    return [_Part(node)]


def _pipeline(shell: Shell, parts: list[_Part]) -> "Status":
    if len(parts) == 1:
        status = _stage(shell, parts[0])
    else:
        flowing: object = shell.stdin
        for number, part in enumerate(parts):
            child = shell.fork()
            child.stdin = flowing
            last = number == len(parts) - 1
            child.out = shell.out if last else []
            child.output_is_read = shell.output_is_read or not last
            try:
                status = _stage(child, part)
            except ControlFlow:
                status = LIKELY
            flowing = joined(child.out) if not last else ""
    if parts[0].negated:
        return not status if isinstance(status, bool) else None
    return status


def _stage(shell: Shell, part: _Part) -> "Status":
    if not part.redirects:
        return statement(shell, part.node)
    return redirections.within(shell, part.redirects, lambda: statement(shell, part.node))


def _group(shell: Shell, node: "Node") -> "Status":
    if node.children and node.children[0].type == "((":
        value = shell.arithmetic(text_of(node)[2:-2])
        return None if not value.lstrip("-").isdigit() else value != "0"
    return sequence(shell, node.children)


def _subshell(shell: Shell, node: "Node") -> "Status":
    child = shell.fork()
    try:
        status = sequence(child, node.children)
    except ControlFlow:
        status = LIKELY
    for trap in child.traps:
        child.run(trap)
    return status


def _if(shell: Shell, node: "Node") -> "Status":
    states: list[State] = []
    for condition, body in _arms(node):
        status = True if condition is None else sequence(shell, condition)
        if status is False:
            continue
        if status is True and not states:
            return sequence(shell, body)
        start = State(shell)
        if branch(shell, lambda body=body: sequence(shell, body)):  # type: ignore[misc]
            states.append(State(shell))
        shell.restore(start)
        if status is True:
            break
    else:
        states.append(State(shell))
    return merged(shell, states)


def _arms(node: "Node") -> "list[tuple[list[Node] | None, list[Node]]]":
    """Conditions with their bodies; the condition of `else` is None."""
    arms: list[tuple[list[Node] | None, list[Node]]] = []
    condition: list[Node] = []
    body: list[Node] | None = None
    for child in node.children:
        if child.type in ("if", "elif"):
            condition, body = [], None
        elif child.type == "then":
            body = []
            arms.append((condition, body))
        elif child.type == "elif_clause":
            arms += _arms(child)
        elif child.type == "else_clause":
            arms.append((None, child.children[1:]))
        elif child.type != "fi":
            (condition if body is None else body).append(child)
    return arms


def _while(shell: Shell, node: "Node") -> "Status":
    body = node.child_by_field_name("body")
    condition = [child for child in node.children[1:] if body is None or child.start_byte < body.start_byte]
    until = node.children[0].type == "until"
    for _ in range(MOST_ITERATIONS):
        status = sequence(shell, condition)
        if isinstance(status, bool) and status is until:
            return True
        if body is None:
            return None
        if not isinstance(status, bool):
            run_loop_maybe(shell, lambda: sequence(shell, body.children))
            return None
        if not run_iteration(shell, lambda: sequence(shell, body.children)):
            return True
    return _any_number_of_times(shell, lambda: sequence(shell, body.children) if body is not None else None)


def _any_number_of_times(shell: Shell, run: "Callable[[], Status]") -> "Status":
    """Run a loop's body for all the times that are not followed, with what it changes unknown."""
    shell.reading.cut_short("A loop runs for too long to follow.")
    run_loop_maybe(shell, run)
    return None


def _for(shell: Shell, node: "Node") -> "Status":
    body = node.child_by_field_name("body") or node.children[-1]
    variable = text_of(node.children[1])
    if any(child.type == "in" for child in node.children):
        at = next(number for number, child in enumerate(node.children) if child.type == "in")
        listed = [child for child in node.children[at + 1 :] if child.is_named and child.start_byte < body.start_byte]
        items = [item for child in listed for item in words.fields(shell, unmasked_braces(text_of(child)))]
    else:
        items = list(shell.arguments) if shell.arguments_known else [UNKNOWN]
    if node.children[0].type == "select":
        items = [UNKNOWN] if UNKNOWN in items else items
    return _over_items(shell, variable, items, lambda: sequence(shell, body.children))


def unmasked_braces(text: str) -> str:
    """A word as it was written, where its brace was masked from the grammar."""
    return unmasked(text) if "\x10" in text else text


def _over_items(shell: Shell, variable: str, items: list[str], run: "Callable[[], Status]") -> "Status":
    generic = False
    for number, item in enumerate(items):
        if number >= MOST_ITERATIONS and not generic:
            # Only where an item makes a difference to what is written does each have to be followed.
            if _writes_the_same(shell, variable, run):
                return LIKELY
            generic = True
        shell.set(variable, item)
        if item == UNKNOWN:
            run_loop_maybe(shell, run)
        elif not run_iteration(shell, run):
            break
    return LIKELY


def _writes_the_same(shell: Shell, variable: str, run: "Callable[[], Status]") -> bool:
    """Whether a loop's body writes nothing that depends on its variable."""
    reading = shell.reading
    before = State(shell)
    trial, unknown, why = len(reading.writes), reading.unknown, len(reading.why)
    did_more = reading.does_more
    if unknown:
        return False
    shell.set(variable, UNKNOWN)
    run_loop_maybe(shell, run)
    same = len(reading.writes) == trial and not reading.unknown
    reading.unknown, reading.does_more = unknown, did_more
    del reading.why[why:]
    shell.restore(before)
    return same


def _c_style_for(shell: Shell, node: "Node") -> "Status":
    body = node.child_by_field_name("body") or node.children[-1]
    text = text_of(node)
    head = text[text.index("((") + 2 : text.index("))")]
    start, condition, step = (*head.split(";"), "", "")[:3]
    shell.arithmetic(start)
    for _ in range(MOST_ITERATIONS):
        holds = shell.arithmetic(condition) if condition.strip() else "1"
        if holds == "0":
            return True
        if not holds.lstrip("-").isdigit():
            run_loop_maybe(shell, lambda: sequence(shell, body.children))
            return None
        if not run_iteration(shell, lambda: sequence(shell, body.children)):
            return True
        shell.arithmetic(step)
    for name in _names_in(step):
        shell.set(name, UNKNOWN)
    return _any_number_of_times(shell, lambda: sequence(shell, body.children))


def _names_in(text: str) -> list[str]:
    return [word for word in "".join(sign if sign.isalnum() or sign == "_" else " " for sign in text).split()]


def _case(shell: Shell, node: "Node") -> "Status":
    from mcp_server.bash.interpret import conditions  # few commands have any

    items = [child for child in node.children if child.type == "case_item"]
    value = words.single(shell, text_of(node.children[1]))
    states: list[State] = []
    start, exhaustive = State(shell), False
    for item in items:
        fits = conditions.any_fits(shell, _patterns(item), value)
        if fits is False:
            continue
        body = _item_body(item)
        if fits and not states:
            return sequence(shell, body)
        if branch(shell, lambda body=body: sequence(shell, body)):  # type: ignore[misc]
            states.append(State(shell))
        shell.restore(start)
        exhaustive = exhaustive or fits is True
        if exhaustive:
            break
    return merged(shell, states if exhaustive else [*states, start])


def _patterns(item: "Node") -> list[str]:
    """The patterns of a `case` item, as they were written."""
    end = next((child.start_byte for child in item.children if child.type == ")"), item.end_byte)
    found = [""]
    for child in item.children:
        if child.start_byte >= end:
            break
        if child.type == "|":
            found.append("")
        elif child.type != "(":
            found[-1] += text_of(child)
    return found


def _item_body(item: "Node") -> "list[Node]":
    at = next((number for number, child in enumerate(item.children) if child.type == ")"), 0)
    return [child for child in item.children[at + 1 :] if child.type not in (";;", ";&", ";;&")]


def _function(shell: Shell, node: "Node") -> "Status":
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is not None and body is not None:
        shell.functions[text_of(name)] = body
    return True


def _bare_redirection(shell: Shell, node: "Node") -> "Status":
    redirects = [child for child in node.children if child.type in redirections.KINDS]
    return redirections.within(shell, redirects, lambda: True)


def _redirected(shell: Shell, node: "Node") -> "Status":
    body = node.child_by_field_name("body")
    return _bare_redirection(shell, node) if body is None else _chain(shell, node)


def _condition(shell: Shell, node: "Node") -> "Status":
    from mcp_server.bash.interpret import conditions

    return conditions.holds(shell, node)


_KINDS: "dict[str, Callable[[Shell, Node], Status]]" = {
    "command": run_command.command,
    "redirected_statement": _redirected,
    "list": _chain,
    "pipeline": _chain,
    "negated_command": _chain,
    "subshell": _subshell,
    "compound_statement": _group,
    "do_group": _group,
    "if_statement": _if,
    "while_statement": _while,
    "for_statement": _for,
    "c_style_for_statement": _c_style_for,
    "case_statement": _case,
    "function_definition": _function,
    "test_command": _condition,
    "variable_assignment": run_command.assignment,
    "variable_assignments": lambda shell, node: sequence(shell, node.children),
    "declaration_command": run_command.declaration,
    "unset_command": run_command.unset,
    "file_redirect": lambda shell, node: redirections.within(shell, [node], lambda: True),
    "ERROR": lambda shell, node: sequence(shell, node.children),
    "program": lambda shell, node: sequence(shell, node.children),
}
