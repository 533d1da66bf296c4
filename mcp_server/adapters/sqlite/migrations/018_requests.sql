-- The files that were taken from the inbox: each is recorded before it is moved, so that none runs twice or gets lost.
CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    stamp TEXT NOT NULL,                        -- the file's time, size and number when it was taken
    task TEXT,                                  -- NULL: it could not be understood
    taken_at REAL NOT NULL,
    kept_as TEXT,                               -- its name among those taken; NULL: not moved there yet
    told TEXT,                                  -- the state of the task that was last written to the outbox
    trouble TEXT                                -- why it could not be understood
);
CREATE INDEX request_unsettled ON request (id) WHERE told IS NULL OR told NOT IN ('done', 'dropped', 'refused');

-- Whoever waits for a lease is told of its end, which must not look at every agent.
CREATE INDEX agent_waiting ON agent (wants_token) WHERE wants_token IS NOT NULL;
