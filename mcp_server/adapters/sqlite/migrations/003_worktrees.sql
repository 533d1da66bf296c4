-- The worktrees that Interlock made. What is `making` or `removing` was begun and not yet finished.
CREATE TABLE worktree (
    name TEXT PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    branch TEXT NOT NULL,
    base TEXT NOT NULL,                 -- the branch that its work goes home to
    start TEXT NOT NULL,                -- the commit that it began on
    task TEXT,
    state TEXT NOT NULL,                -- making, ready, removing
    made_at REAL NOT NULL,
    undone TEXT NOT NULL DEFAULT '[]',  -- the steps left until work can begin in it
    landed TEXT                         -- the commit that brought it home
) WITHOUT ROWID;
CREATE INDEX worktree_task ON worktree (task) WHERE task IS NOT NULL;
