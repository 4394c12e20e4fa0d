-- Instants are milliseconds since 1970.

-- Notices of one rule each, and what became of them. Finished ones are deleted after a while.
CREATE TABLE notice (
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
  -- the same for the same event and rule, so that no notice is created twice
  id         TEXT NOT NULL UNIQUE,
  rule       TEXT NOT NULL,
  -- notices of one queue are sent in their order: all of a rule, or those of one repository
  queue      TEXT NOT NULL,
  repository TEXT NOT NULL,
  hash       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  -- whether a later one of the same rule and commit makes this one superfluous
  is_state   INTEGER NOT NULL,
  body       TEXT NOT NULL,
  -- pending, sent, superseded, given_up
  state      TEXT NOT NULL,
  tries      INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  tried_at   INTEGER,
  answer     TEXT
);
CREATE INDEX notice_pending ON notice (queue, sequence) WHERE state = 'pending';
CREATE INDEX notice_done ON notice (tried_at) WHERE state <> 'pending';
CREATE INDEX notice_of ON notice (rule, repository, hash);

-- When a queue is tried again. Without a row its last try succeeded.
CREATE TABLE retry (
  queue    TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  next_at  INTEGER NOT NULL,
  is_stopped INTEGER NOT NULL,
  answer   TEXT NOT NULL
) WITHOUT ROWID;

-- The verdicts for which notices were created.
CREATE TABLE seen (
  repository  TEXT NOT NULL,
  hash        TEXT NOT NULL,
  ref         TEXT NOT NULL,
  queued_at   INTEGER NOT NULL,
  outcome     TEXT NOT NULL,
  -- which runs it was made from
  mark        TEXT NOT NULL,
  seen_at     INTEGER NOT NULL,
  PRIMARY KEY (repository, hash)
) WITHOUT ROWID;
CREATE INDEX seen_line ON seen (repository, ref, queued_at);

-- Commits with a verdict for which it is not known yet whether they broke or mended their branch,
-- since a commit before them has no verdict.
CREATE TABLE undecided (
  repository TEXT NOT NULL,
  hash       TEXT NOT NULL,
  PRIMARY KEY (repository, hash)
) WITHOUT ROWID;

-- Branches that fail, and the commit that broke them.
CREATE TABLE broken (
  repository TEXT NOT NULL,
  ref        TEXT NOT NULL,
  hash       TEXT NOT NULL,
  queued_at  INTEGER NOT NULL,
  since      INTEGER NOT NULL,
  is_reminded INTEGER NOT NULL,
  PRIMARY KEY (repository, ref)
) WITHOUT ROWID;

-- One row: since when notices are created, and the time until which none is missing.
CREATE TABLE progress (
  began          INTEGER NOT NULL,
  complete_until INTEGER NOT NULL
);
