-- The last command of each agent that failed and has not gone well since.
CREATE TABLE last_failure (agent INTEGER PRIMARY KEY, command TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
