-- What the owner calls a board, and where it is; for people to read. The address stays.

ALTER TABLE devices ADD COLUMN own_name VARCHAR(60);
ALTER TABLE devices ADD COLUMN place VARCHAR(60);

-- When a revoked board was taken off the lists; NULL: it was not.
ALTER TABLE devices ADD COLUMN archived_at BIGINT;
