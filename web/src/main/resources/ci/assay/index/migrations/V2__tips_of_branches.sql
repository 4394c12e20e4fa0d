-- The commit that a ref points at, as the observer says; null where nothing is known, or it is gone.
ALTER TABLE branch ADD COLUMN tip TEXT;

-- The list of refs that was noted; null where none was.
ALTER TABLE repository ADD COLUMN refs_sequence INTEGER;
-- Whether it had all refs: then a branch without a tip is not there any more.
ALTER TABLE repository ADD COLUMN refs_are_all INTEGER;
