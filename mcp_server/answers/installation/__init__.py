"""Answers about Interlock itself: where its state is, and what became of moving, repairing or removing it."""
