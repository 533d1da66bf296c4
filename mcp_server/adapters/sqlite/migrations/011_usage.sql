-- What agents spend, read from the transcripts that the client writes, and what they may spend.

CREATE TABLE usage (
    id INTEGER PRIMARY KEY,
    agent INTEGER NOT NULL,
    task TEXT NOT NULL,                 -- '' where it worked on none
    model TEXT NOT NULL,
    day TEXT NOT NULL,                  -- 2026-01-31, UTC
    responses INTEGER NOT NULL DEFAULT 0,
    input INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL DEFAULT 0,
    cache_written INTEGER NOT NULL DEFAULT 0, cache_read INTEGER NOT NULL DEFAULT 0,
    UNIQUE (agent, task, model, day)
);
CREATE INDEX usage_task ON usage (task) WHERE task <> '';
CREATE INDEX usage_day ON usage (day);

-- Each response once, wherever it is written; the oldest are forgotten first. `sign` is a hash of its id, `part` the row
-- of `usage` that it is in, `transcript` where it was read first.
CREATE TABLE response (
    seq INTEGER PRIMARY KEY, sign INTEGER NOT NULL UNIQUE, part INTEGER NOT NULL, transcript INTEGER NOT NULL,
    input INTEGER NOT NULL, output INTEGER NOT NULL, cache_written INTEGER NOT NULL, cache_read INTEGER NOT NULL
);

CREATE TABLE transcript (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    session TEXT NOT NULL,              -- the transcript of its session: its own path, or for a subagent's the other one
    agent INTEGER NOT NULL,
    task TEXT NOT NULL DEFAULT '',      -- what it worked on when this was read last
    inode INTEGER NOT NULL DEFAULT 0,
    place INTEGER NOT NULL DEFAULT 0,   -- how far it is read, in bytes
    size INTEGER NOT NULL DEFAULT 0,    -- how long it was then
    waits INTEGER NOT NULL DEFAULT 0,   -- 1: what was left is a line that was not whole
    begun_at REAL NOT NULL, read_at REAL NOT NULL,
    rewritten INTEGER NOT NULL DEFAULT 0,   -- how often it was not what it had been
    unreadable INTEGER NOT NULL DEFAULT 0,  -- how many lines could not be understood
    compacted INTEGER NOT NULL DEFAULT 0,   -- how many summaries are in no transcript
    copied INTEGER NOT NULL DEFAULT 0,      -- 1: it holds responses of another one
    gone INTEGER NOT NULL DEFAULT 0         -- 1: it was not there
);
CREATE INDEX transcript_agent ON transcript (agent);
CREATE INDEX transcript_read ON transcript (read_at);

-- What may be spent, and how far it is. `most` NULL: what the settings say.
CREATE TABLE budget (
    kind TEXT NOT NULL,                 -- task, agent, day
    subject TEXT NOT NULL,              -- the task's id, the agent's number, the day
    most INTEGER,
    spent INTEGER NOT NULL DEFAULT 0,   -- when it was last looked at
    level INTEGER NOT NULL DEFAULT 0,   -- 1: warned, 2: reached
    PRIMARY KEY (kind, subject)
) WITHOUT ROWID;
CREATE INDEX budget_reached ON budget (level) WHERE level = 2;
