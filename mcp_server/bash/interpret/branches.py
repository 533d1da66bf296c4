"""What is perhaps run, or run any number of times: the state afterwards is what holds either way."""

from mcp_server.bash.state.shell import Broken, Leaving, Shell, State
from mcp_server.bash.state.status import LIKELY
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.state.status import Status


def branch(shell: Shell, run: "Callable[[], Status]") -> bool:
    """Run what is perhaps not run; answers whether it came to its end, and keeps its state only then."""
    before = State(shell)
    certain, shell.certain = shell.certain, False
    printed, depth = len(shell.out), shell.depth
    try:
        run()
        return True
    except Leaving:
        shell.restore(before)
        shell.depth = depth
        return False
    finally:
        shell.certain = certain
        if len(shell.out) > printed:
            shell.out[printed:] = [UNKNOWN]


def run_maybe(shell: Shell, run: "Callable[[], Status]") -> None:
    """Run what is perhaps not run, and know afterwards only what holds either way."""
    before = State(shell)
    if branch(shell, run):
        shell.merge(before)


def chained(shell: Shell, left: "Status", sign: str, run: "Callable[[], Status]") -> "Status":
    """Run what stands right of `&&` or `||`, as far as the status of the left side lets it."""
    both = sign == "&&"
    if left is (not both):
        return left
    if left is both or (both and left == LIKELY):
        return run()
    if left is None:
        run_maybe(shell, run)
        return None
    before = State(shell)
    branch(shell, run)
    shell.restore(before)
    return LIKELY


def merged(shell: Shell, states: list[State]) -> "Status":
    """Know what holds in every one of the states that branches came to."""
    for number, state in enumerate(states):
        if number:
            shell.merge(state)
        else:
            shell.restore(state)
    return None if states else True


def run_loop_maybe(shell: Shell, run: "Callable[[], Status]") -> None:
    """Run a body any number of times: once as it is, once with what it changes unknown."""
    before = State(shell)
    run_maybe(shell, lambda: run_iteration(shell, run) or True)
    if shell.variables != before.variables or shell.directory != before.directory:
        run_maybe(shell, lambda: run_iteration(shell, run) or True)


def run_iteration(shell: Shell, run: "Callable[[], Status]") -> bool:
    """Run a loop's body once; answers whether the loop goes on."""
    depth = shell.depth
    try:
        run()
    except Broken as leaving:
        shell.depth = depth
        if leaving.levels > 1:
            raise Broken(leaving.levels - 1, again=leaving.again) from None
        return leaving.again
    return True
