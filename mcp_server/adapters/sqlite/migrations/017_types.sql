-- What an agent was started as, which may keep it to a role, and what its session says it can do.
ALTER TABLE agent ADD COLUMN type TEXT;                         -- NULL: nothing is known
ALTER TABLE agent ADD COLUMN can TEXT NOT NULL DEFAULT '';      -- words, with blanks between them
