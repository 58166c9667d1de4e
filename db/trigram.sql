-- An index that finds DIDs by any part of their number, for SQLite copies with
-- very many: search_did_number then takes some milliseconds instead of a pass
-- over all numbers. Optional; answers are the same without it. The standalone files do not
-- use it.
--
--   sqlite3 copy.db < db/trigram.sql
--
-- The file grows by about a sixth, and changing a number costs more. Search terms
-- of three characters and more use it, if not too many numbers match. The triggers
-- keep it up to date; where rows are put in without them, `INSERT INTO dids_trigram (dids_trigram) VALUES
-- ('rebuild')` does.
--
-- Running this script again makes the index anew.

SAVEPOINT install_trigram;

DROP TABLE IF EXISTS dids_trigram;
CREATE VIRTUAL TABLE dids_trigram
  USING fts5 (did, content = 'dids', content_rowid = 'id', tokenize = 'trigram');
INSERT INTO dids_trigram (dids_trigram) VALUES ('rebuild');

CREATE TRIGGER IF NOT EXISTS dids_trigram_insert AFTER INSERT ON dids BEGIN
  INSERT INTO dids_trigram (rowid, did) VALUES (new.id, new.did);
END;
CREATE TRIGGER IF NOT EXISTS dids_trigram_delete AFTER DELETE ON dids BEGIN
  INSERT INTO dids_trigram (dids_trigram, rowid, did) VALUES ('delete', old.id, old.did);
END;
CREATE TRIGGER IF NOT EXISTS dids_trigram_update AFTER UPDATE OF id, did ON dids BEGIN
  INSERT INTO dids_trigram (dids_trigram, rowid, did) VALUES ('delete', old.id, old.did);
  INSERT INTO dids_trigram (rowid, did) VALUES (new.id, new.did);
END;

RELEASE install_trigram;
