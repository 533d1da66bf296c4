"""The session's server answers its hooks: by the same code as their own processes, without starting any.

`hooks/ask.pl` asks over a socket that `place` keeps private and names after the client's process; `listener` takes the
questions, a thread each; `peer` says whether a hook asks; `exchange` is how question and answer are written down;
`answers` has a hook's code answer, within its time. Whatever fails here, the hook's own process decides.
"""
