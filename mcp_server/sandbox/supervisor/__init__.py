"""Decides, while a confined command runs, about the writes that Landlock cannot describe beforehand.

Landlock grants what exists: a directory with all below it, or a file. A file that git ignores and that is not there
yet, a single file that a program replaces, a pattern with a wildcard are none of these. So the calls that write by name
are also shown to this process before the kernel does them (seccomp, user notification). It has three answers:

- the place is granted, or nothing allows it: the kernel does the call itself, and Landlock decides. This is the answer
  to everything that is not understood, so a mistake here never grants anything and never changes what is granted;
- the place is allowed all the same: this process, which is not confined, does the call in the caller's name. It acts on
  the very directory that it looked at, so a path that is exchanged meanwhile gains nothing.

`shell` starts the confined shell and stays its parent; `seccomp` has the filter and the conversation with the kernel;
`caller` reads what a call names; `allowed` decides, with `temporary_names` and `ignored_by_git`; `on_behalf` acts.
"""
