"""The tables of the index, as SQL. Counts are kept by triggers, in the transaction they count."""

VERSION = 2

TABLES = """
CREATE TABLE entries (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, host TEXT NOT NULL,
    head TEXT NOT NULL, times TEXT NOT NULL, digest TEXT, length INTEGER,
    media_type TEXT NOT NULL, facts TEXT, selecting TEXT NOT NULL, parent TEXT,
    pinned INTEGER NOT NULL, checksum BLOB NOT NULL, touched_at REAL NOT NULL
);
-- On a tie pictures go before the original they were made from.
CREATE INDEX coldest ON entries (touched_at, kind DESC) WHERE pinned = 0;
CREATE INDEX made_from ON entries (parent, touched_at) WHERE parent IS NOT NULL;
CREATE INDEX naming ON entries (digest) WHERE digest IS NOT NULL;
CREATE INDEX by_source ON entries (source, key);
CREATE INDEX by_host ON entries (host, source, key);
-- names: how many rows name the blob; free_at: since when it may go where none does.
CREATE TABLE blobs (
    digest TEXT PRIMARY KEY, disk_bytes INTEGER NOT NULL,
    names INTEGER NOT NULL, free_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX unnamed ON blobs (free_at) WHERE names <= 0;
CREATE TABLE reservations (
    draft TEXT PRIMARY KEY, owner TEXT NOT NULL, disk_bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE tombstones (
    number INTEGER PRIMARY KEY, scope TEXT NOT NULL, value TEXT NOT NULL, written_at REAL NOT NULL
);
CREATE TABLE notes (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, until REAL NOT NULL,
    source TEXT NOT NULL, host TEXT NOT NULL, checksum BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX expiring ON notes (until);
CREATE INDEX notes_by_source ON notes (source);
CREATE INDEX notes_by_host ON notes (host);
-- What is pinned, its row there or (damaged, forgotten) not: the next of that key is pinned again.
CREATE TABLE pins (key TEXT PRIMARY KEY) WITHOUT ROWID;
-- created_at: since when this index knows of everything; saved_at: when a copy was last begun;
-- trimmed: the tombstones up to this number are no longer known one by one.
CREATE TABLE totals (
    blobs INTEGER NOT NULL, blob_bytes INTEGER NOT NULL, originals INTEGER NOT NULL,
    pictures INTEGER NOT NULL, notes INTEGER NOT NULL, created_at REAL NOT NULL,
    saved_at REAL NOT NULL, trimmed INTEGER NOT NULL
);
CREATE TRIGGER blob_came AFTER INSERT ON blobs BEGIN
    UPDATE totals SET blobs = blobs + 1, blob_bytes = blob_bytes + NEW.disk_bytes;
END;
CREATE TRIGGER blob_changed AFTER UPDATE OF disk_bytes ON blobs BEGIN
    UPDATE totals SET blob_bytes = blob_bytes + NEW.disk_bytes - OLD.disk_bytes;
END;
CREATE TRIGGER blob_went AFTER DELETE ON blobs BEGIN
    UPDATE totals SET blobs = blobs - 1, blob_bytes = blob_bytes - OLD.disk_bytes;
END;
CREATE TRIGGER entry_came AFTER INSERT ON entries BEGIN
    UPDATE totals SET originals = originals + (NEW.kind = 'original'),
                      pictures = pictures + (NEW.kind = 'picture');
    UPDATE blobs SET names = names + 1 WHERE digest = NEW.digest;
END;
CREATE TRIGGER entry_went AFTER DELETE ON entries BEGIN
    UPDATE totals SET originals = originals - (OLD.kind = 'original'),
                      pictures = pictures - (OLD.kind = 'picture');
    UPDATE blobs SET names = names - 1, free_at = OLD.touched_at WHERE digest = OLD.digest;
END;
CREATE TRIGGER note_came AFTER INSERT ON notes BEGIN UPDATE totals SET notes = notes + 1; END;
CREATE TRIGGER note_went AFTER DELETE ON notes BEGIN UPDATE totals SET notes = notes - 1; END;
INSERT INTO totals VALUES (0, 0, 0, 0, 0, 0, 0, 0);
"""

RECOUNT = """
UPDATE totals SET
    blobs = (SELECT count(*) FROM blobs),
    blob_bytes = (SELECT total(disk_bytes) FROM blobs),
    originals = (SELECT count(*) FROM entries WHERE kind = 'original'),
    pictures = (SELECT count(*) FROM entries WHERE kind = 'picture'),
    notes = (SELECT count(*) FROM notes)
"""
