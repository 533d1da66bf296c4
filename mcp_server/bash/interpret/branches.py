"""Code that may or may not run, or runs any number of times: afterwards only what is true either way is known."""

from mcp_server.bash.state import LIKELY
from mcp_server.bash.state.shell import Broken, ControlFlow, Shell, State
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.state import Status


def branch(shell: Shell, run: "Callable[[], Status]") -> bool:
    """Run code that may not run; returns whether it reached its end, and keeps its state only if so."""
    before = State(shell)
    certain, shell.certain = shell.certain, False
    printed, depth = len(shell.out), shell.depth
    try:
        run()
        return True
    except ControlFlow:
        shell.restore(before)
        shell.depth = depth
        return False
    finally:
        shell.certain = certain
        if len(shell.out) > printed:
            shell.out[printed:] = [UNKNOWN]


def run_maybe(shell: Shell, run: "Callable[[], Status]") -> None:
    """Run code that may not run, and keep only what is true either way."""
    before = State(shell)
    if branch(shell, run):
        shell.merge(before)


def chained(shell: Shell, left: "Status", sign: str, run: "Callable[[], Status]") -> "Status":
    """Run the right side of `&&` or `||`, as far as the status of the left side allows."""
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
    """Keep only what is true in all the states in which branches ended."""
    for number, state in enumerate(states):
        if number:
            shell.merge(state)
        else:
            shell.restore(state)
    return None if states else True


def run_loop_maybe(shell: Shell, run: "Callable[[], Status]") -> None:
    """Run a loop's body an unknown number of times: once as it is, once with everything that it changes unknown."""
    before = State(shell)
    run_maybe(shell, lambda: run_iteration(shell, run) or True)
    if shell.variables != before.variables or shell.directory != before.directory:
        run_maybe(shell, lambda: run_iteration(shell, run) or True)


def run_iteration(shell: Shell, run: "Callable[[], Status]") -> bool:
    """Run a loop's body once; returns whether the loop continues."""
    depth = shell.depth
    try:
        run()
    except Broken as exit_:
        shell.depth = depth
        if exit_.levels > 1:
            raise Broken(exit_.levels - 1, again=exit_.again) from None
        return exit_.again
    return True
