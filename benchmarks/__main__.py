"""All measurements, as the table that the README shows."""

from __future__ import annotations

import os
import platform
import sys

from benchmarks import (
    bash_writes,
    build_errors,
    claim,
    confine,
    conflicts,
    hooks,
    race,
    server,
    shared_mind,
    steps,
    year,
)
from benchmarks import task_list as tasks
from benchmarks import worktree as worktrees
from benchmarks.measuring import report

if __name__ == "__main__":
    work = (
        steps,
        hooks,
        confine,
        claim,
        race,
        server,
        bash_writes,
        build_errors,
        tasks,
        shared_mind,
        worktrees,
        conflicts,
        year,
    )
    ratios = [ratio for module in work for ratio in module.measure()]
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    report(ratios)
    sys.exit(not all(ratio.holds for ratio in ratios))
