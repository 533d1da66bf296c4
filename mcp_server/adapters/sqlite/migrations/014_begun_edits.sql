-- Edits that the guard let pass and that are not over: what the file was like before.
CREATE TABLE begun_edit (
    agent INTEGER NOT NULL, root TEXT NOT NULL, path TEXT NOT NULL,
    call TEXT NOT NULL, before TEXT NOT NULL,
    link TEXT NOT NULL,                 -- what the call named, if it is another name for the file; else empty
    content TEXT NOT NULL,              -- a sign of what the file contained, empty where nobody will ask for it
    at REAL NOT NULL,
    PRIMARY KEY (agent, root, path)
) WITHOUT ROWID;
