-- What shows that an agent goes in circles on a task. An attempt is one claim: an agent, its task, and when it began.
CREATE TABLE track (
    agent INTEGER NOT NULL, task TEXT NOT NULL, since REAL NOT NULL,
    kind TEXT NOT NULL,                 -- failure, return, correction, tokens
    subject TEXT NOT NULL,              -- the command; the path; nothing; how often it is too many
    detail TEXT NOT NULL,               -- the first line of the error; nothing; what the person said
    times INTEGER NOT NULL,             -- in a row: since an edit, a commit or a success last broke it
    total INTEGER NOT NULL,             -- in this attempt
    last_at REAL NOT NULL,
    PRIMARY KEY (agent, since, kind, subject, detail)
) WITHOUT ROWID;
CREATE INDEX track_task ON track (task);
CREATE INDEX track_last ON track (last_at);

-- Which contents a file has had in the agent's hands: their signs, never the contents.
CREATE TABLE track_content (
    agent INTEGER NOT NULL, path TEXT NOT NULL, sign TEXT NOT NULL, at REAL NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (agent, path, sign)
) WITHOUT ROWID;
CREATE INDEX track_content_at ON track_content (at);

-- What an agent was told in its latest attempt, and up to which refusal it was counted.
CREATE TABLE off_track (
    agent INTEGER PRIMARY KEY, task TEXT NOT NULL, since REAL NOT NULL,
    signs INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0,    -- the last refused write that was counted
    forgiven INTEGER NOT NULL DEFAULT 0 -- the last one that does not count: the scope was widened since
) WITHOUT ROWID;
CREATE INDEX event_refused ON event (agent, id) WHERE kind = 'refused';
