"""Creates Interlock's own environment: `python -I -S mcp_server/bootstrap ROOT DATA`; prints its interpreter."""

from __future__ import annotations

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
if __name__ == "__main__":
    sys.path[0] = ROOT

from mcp_server.bootstrap import check  # noqa: E402  the plugin's folder has to be on the path first

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

FAILED = 3


def main(arguments: list[str]) -> int:
    """Create the environment and print its interpreter; a failure is explained on stderr, and is exit code 3."""
    options = _options(arguments)
    root, data, lock_file = options.root, options.data, options.lock_file
    if options.status:
        return _print_json(check.status_of(root, data))
    environment = check.ready_env(root, data, lock_file)
    if options.check:
        return _print_json(_report(root, data, environment)) or int(environment is None)
    if environment is None:
        from mcp_server.bootstrap import build

        if options.wait is None:
            environment = build.create_or_explain(root, data, lock_file, limit=options.limit)
        else:
            environment = build.create_in_background(root, data, lock_file, limit=options.limit, wait=options.wait)
    return _print_line(check.python_of(environment)) if environment else FAILED


def _report(root: str, data: str, environment: str | None) -> dict[str, object]:
    report: dict[str, object] = {"ready": environment is not None, "env": environment, "python": None}
    if environment:
        return {**report, "python": check.python_of(environment)}
    now = check.status_of(root, data)
    return {**report, "reason": now.get("words", now["state"])}


def _options(arguments: list[str]) -> argparse.Namespace:
    import argparse

    parser = argparse.ArgumentParser(prog="bootstrap", description=__doc__)
    parser.add_argument("root", help="the folder that Interlock runs from")
    parser.add_argument("data", help="the plugin's data folder; in a checkout the same as root")
    parser.add_argument("--lock-file", default=check.LOCK_FILE, help="the locked requirements, relative to root")
    parser.add_argument(
        "--limit", type=float, default=600, metavar="SECONDS", help="give up the set-up after this time"
    )
    parser.add_argument(
        "--wait", type=float, metavar="SECONDS", help="stop waiting after this time; the set-up continues"
    )
    parser.add_argument("--check", action="store_true", help="only say as JSON whether it is ready; exit code 1 if not")
    parser.add_argument("--status", action="store_true", help="only print the state of the set-up as JSON")
    return parser.parse_args(arguments)


def _print_json(value: object) -> int:
    import json

    return _print_line(json.dumps(value))


def _print_line(line: str) -> int:
    # The process that started this may have ended; that is no reason for a traceback.
    import contextlib

    with contextlib.suppress(OSError):
        os.write(1, os.fsencode(f"{line}\n"))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        os.write(2, b"interlock: set-up interrupted; the next start begins again\n")
        sys.exit(FAILED)
