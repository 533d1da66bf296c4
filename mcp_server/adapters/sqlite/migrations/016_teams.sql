-- Teammates: who starts them, and whether they may write yet.
CREATE TABLE teammate (
    agent INTEGER PRIMARY KEY REFERENCES agent,
    lead INTEGER NOT NULL,              -- the agent that starts it
    expected_at REAL,                   -- NULL: it has begun; before, what it holds was claimed for it
    gated INTEGER NOT NULL DEFAULT 0,   -- 1: for each task it needs a plan that was approved
    waits INTEGER NOT NULL DEFAULT 0,   -- 1: it may not write yet
    task TEXT, plan TEXT, asked_at REAL -- its plan, where that waits for approval
);
CREATE INDEX teammate_lead ON teammate (lead);
CREATE INDEX teammate_plan ON teammate (asked_at) WHERE plan IS NOT NULL;
