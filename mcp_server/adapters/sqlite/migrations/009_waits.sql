-- Attempts count for each command and file, and runs in quick succession count once.
DROP TABLE wait;
CREATE TABLE wait (
    agent INTEGER NOT NULL, path TEXT NOT NULL, command TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    counted_at REAL NOT NULL,           -- when the latest of these attempts was counted
    last_at REAL NOT NULL,              -- when the command failed last, counted or not
    PRIMARY KEY (agent, path, command)
) WITHOUT ROWID;
