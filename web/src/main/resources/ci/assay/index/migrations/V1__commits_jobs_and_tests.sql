-- Instants are milliseconds since 1970, outcomes the words of the result files.

CREATE TABLE repository (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- The refs that commits were first seen on.
CREATE TABLE branch (
  id         INTEGER PRIMARY KEY,
  repository INTEGER NOT NULL REFERENCES repository,
  ref        TEXT NOT NULL,
  latest_at  INTEGER NOT NULL,
  UNIQUE (repository, ref)
);

CREATE TABLE revision (
  id              INTEGER PRIMARY KEY,
  repository      INTEGER NOT NULL REFERENCES repository,
  branch          INTEGER NOT NULL REFERENCES branch,
  hash            TEXT NOT NULL,
  tree            TEXT,
  parent          TEXT,
  author          TEXT,
  subject         TEXT,
  authored_at     INTEGER,
  queued_at       INTEGER NOT NULL,
  -- of the verdict; null until there is one
  outcome         TEXT,
  finished_at     INTEGER,
  duration_millis INTEGER,
  summary         TEXT,
  UNIQUE (repository, hash)
);
CREATE INDEX revision_newest_of_all ON revision (queued_at, id);
CREATE INDEX revision_newest ON revision (repository, queued_at, id);
CREATE INDEX revision_newest_on ON revision (branch, queued_at, id);
CREATE INDEX revision_newest_that ON revision (repository, outcome, queued_at, id);
CREATE INDEX revision_newest_on_that ON revision (branch, outcome, queued_at, id);
CREATE INDEX revision_hash ON revision (hash);

CREATE TABLE job (
  id          INTEGER PRIMARY KEY,
  revision    INTEGER NOT NULL REFERENCES revision,
  variant     TEXT NOT NULL,
  rerun       INTEGER NOT NULL,
  pool        TEXT NOT NULL,
  queued_at   INTEGER NOT NULL,
  -- of the result; null until there is one
  outcome     TEXT,
  run         TEXT,
  worker      TEXT,
  started_at  INTEGER,
  finished_at INTEGER,
  summary     TEXT,
  UNIQUE (revision, variant, rerun)
);
CREATE INDEX job_owed ON job (queued_at) WHERE outcome IS NULL;
CREATE INDEX job_finished ON job (finished_at) WHERE outcome IS NOT NULL;

-- Verdicts counted by the day (UTC) on which they were found; kept by the triggers below.
CREATE TABLE day (
  repository      INTEGER NOT NULL REFERENCES repository,
  day             INTEGER NOT NULL,
  outcome         TEXT NOT NULL,
  verdicts        INTEGER NOT NULL,
  duration_millis INTEGER NOT NULL,
  PRIMARY KEY (repository, day, outcome)
) WITHOUT ROWID;

CREATE TRIGGER revision_judged AFTER UPDATE OF outcome, finished_at ON revision WHEN new.outcome IS NOT NULL
BEGIN
  UPDATE day SET verdicts = verdicts - 1, duration_millis = duration_millis - old.duration_millis
    WHERE old.outcome IS NOT NULL AND repository = old.repository AND day = old.finished_at / 86400000
      AND outcome = old.outcome;
  INSERT INTO day VALUES (new.repository, new.finished_at / 86400000, new.outcome, 1, new.duration_millis)
    ON CONFLICT DO UPDATE SET verdicts = verdicts + 1, duration_millis = duration_millis + new.duration_millis;
END;

-- Every verdict in the order in which it was noticed: what messages to people will be made from.
CREATE TABLE feed (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL REFERENCES revision,
  outcome  TEXT NOT NULL,
  at       INTEGER NOT NULL
);

CREATE TABLE test (
  id            INTEGER PRIMARY KEY,
  repository    INTEGER NOT NULL REFERENCES repository,
  variant       TEXT NOT NULL,
  class         TEXT NOT NULL,
  name          TEXT NOT NULL,
  outcome       TEXT NOT NULL,
  -- the first revision of the failures that go on; null while it does not fail
  failing_since INTEGER REFERENCES revision,
  flaky         INTEGER NOT NULL DEFAULT 0,
  latest_at     INTEGER NOT NULL,
  UNIQUE (repository, variant, class, name)
);
CREATE INDEX test_listed ON test (repository, outcome, class, name);
CREATE INDEX test_flaky ON test (repository, class, name) WHERE flaky;

-- The last fifty of each test.
CREATE TABLE test_run (
  test      INTEGER NOT NULL REFERENCES test ON DELETE CASCADE,
  queued_at INTEGER NOT NULL,
  revision  INTEGER NOT NULL REFERENCES revision,
  rerun     INTEGER NOT NULL,
  outcome   TEXT NOT NULL,
  millis    INTEGER,
  PRIMARY KEY (test, queued_at, revision, rerun)
) WITHOUT ROWID;

-- Until when everything that was stored is in here; at most one row.
CREATE TABLE progress (
  complete_until INTEGER NOT NULL
);
