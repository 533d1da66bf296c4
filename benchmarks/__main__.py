"""All measurements, or those of the modules that are named, as the table of docs/costs.md; `--write` puts it there."""

from __future__ import annotations

import importlib
import os
import platform
import sys

from benchmarks import costs_page
from benchmarks.measuring import Ratio, report

ALL = (
    "steps context hooks confine claim board race server bash_writes build_errors task_list shared_mind worktree "
    "conflicts year"
).split()


def main(arguments: list[str]) -> int:
    """Measure and report; 1 if a budget is exceeded."""
    named = [argument for argument in arguments if not argument.startswith("-")]
    modules = [importlib.import_module(f"benchmarks.{name}") for name in named or ALL]
    ratios: list[Ratio] = [ratio for module in modules for ratio in module.measure()]
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    report(ratios)
    if "--write" in arguments:
        costs_page.write(ratios, all_of_them=not named)
    return int(not all(ratio.holds for ratio in ratios))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
