"""What does a fresh checkout lack, and how does it get it?

`plan.plan` is the one answer: steps, read from the lock files of the new checkout and from what the source has, the
checkout that it is set up from. `folder` is what is asked of a checkout; `submodules`, `node`, `python` and `ruby` know
one kind of dependency each. Nothing is carried out here: that is `adapters/worktree_setup`. Another tool is a module
with a function `steps(source, new)` and a line in `plan`.

The cheapest safe way differs. npm and yarn 1 copy everything into `node_modules`, so that is cloned from the source, by
reference or by hard links, when the lock file is the same. pnpm, bun, yarn 2 and uv have a store of their own to link
from, and write absolute paths, so they do it themselves. Environments of Python are made anew, never copied.
"""
