"""The machine: paths and repositories on disk, processes, the clock, locks between processes."""
