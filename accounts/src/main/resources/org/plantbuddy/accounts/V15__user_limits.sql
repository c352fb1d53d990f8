-- Limits of one user; NULL: as for everybody.

ALTER TABLE users ADD COLUMN boards BIGINT;  -- how many a user may add on the page, those revoked among them
ALTER TABLE users ADD COLUMN keep_ms BIGINT; -- how long raw readings are kept, if less than the bucket keeps them

-- When a bridge last deleted the raw readings that are older.
ALTER TABLE users ADD COLUMN trimmed_at BIGINT NOT NULL DEFAULT 0;
