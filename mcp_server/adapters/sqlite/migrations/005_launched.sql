-- The sessions that were started for tasks, and those that are about to be: one for each task.
CREATE TABLE launch (
    task TEXT PRIMARY KEY,
    agent INTEGER NOT NULL REFERENCES agent,    -- holds the claim from the beginning
    session TEXT,                               -- NULL: the client chooses it and has not reported yet
    way TEXT NOT NULL,                          -- tmux, background, print
    name TEXT NOT NULL,
    worktree TEXT NOT NULL DEFAULT '',
    place TEXT, server TEXT,                    -- the pane or the job; the terminal server of a pane
    launched_at REAL NOT NULL
) WITHOUT ROWID;
