-- What branches can't be merged with what. A conflict that is over is kept as long as both branches are there, so that
-- nobody is told of it twice.
CREATE TABLE conflict (
    ours TEXT NOT NULL, theirs TEXT NOT NULL, path TEXT NOT NULL,
    kind TEXT NOT NULL,
    our_lines TEXT NOT NULL, their_lines TEXT NOT NULL,
    sign TEXT NOT NULL,
    found_at REAL NOT NULL,
    is_open INTEGER NOT NULL,
    told TEXT,                          -- the sign of which both were told
    PRIMARY KEY (ours, theirs, path)
) WITHOUT ROWID;

-- Merges that were begun: the base branch is about to move, or has moved and its checkout has yet to follow.
CREATE TABLE landing (
    branch TEXT PRIMARY KEY,            -- what is being merged
    base TEXT NOT NULL,
    old TEXT NOT NULL, new TEXT NOT NULL,
    root TEXT,                          -- the checkout of the base
    worktree TEXT,                      -- the name of the worktree that this brings home
    agent INTEGER NOT NULL
) WITHOUT ROWID;
