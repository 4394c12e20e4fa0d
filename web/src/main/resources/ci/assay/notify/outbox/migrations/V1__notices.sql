-- Instants are milliseconds since 1970.

-- What is to be told, by one rule each, and what became of it; done ones go after a while.
CREATE TABLE notice (
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
  -- the same for the same event and rule, so that nothing is noted twice
  id         TEXT NOT NULL UNIQUE,
  rule       TEXT NOT NULL,
  -- what is told in order: all of a rule, or one repository of it
  lane       TEXT NOT NULL,
  repository TEXT NOT NULL,
  hash       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  -- whether one with the same rule and commit makes it needless
  is_state   INTEGER NOT NULL,
  body       TEXT NOT NULL,
  -- pending, told, overtaken, given_up
  state      TEXT NOT NULL,
  tries      INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  tried_at   INTEGER,
  said       TEXT
);
CREATE INDEX notice_pending ON notice (lane, sequence) WHERE state = 'pending';
CREATE INDEX notice_done ON notice (tried_at) WHERE state <> 'pending';
CREATE INDEX notice_of ON notice (rule, repository, hash);

-- When a lane is tried again; none: it went well the last time.
CREATE TABLE lane (
  name     TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  next_at  INTEGER NOT NULL,
  is_stopped INTEGER NOT NULL,
  said     TEXT NOT NULL
) WITHOUT ROWID;

-- The verdicts that were seen, so that each is told once.
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

-- Commits with a verdict of which is not known yet whether they changed their branch, as one before
-- them has none.
CREATE TABLE undecided (
  repository TEXT NOT NULL,
  hash       TEXT NOT NULL,
  PRIMARY KEY (repository, hash)
) WITHOUT ROWID;

-- Branches that fail, since which commit.
CREATE TABLE broken (
  repository TEXT NOT NULL,
  ref        TEXT NOT NULL,
  hash       TEXT NOT NULL,
  queued_at  INTEGER NOT NULL,
  since      INTEGER NOT NULL,
  is_told_again INTEGER NOT NULL,
  PRIMARY KEY (repository, ref)
) WITHOUT ROWID;

-- One row: since when verdicts are told, and until when all were noted.
CREATE TABLE progress (
  began          INTEGER NOT NULL,
  complete_until INTEGER NOT NULL
);
