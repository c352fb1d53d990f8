-- A bridge may live and store nothing, cut off from the broker. NULL: an older one, which does not tell.

ALTER TABLE bridges ADD COLUMN works_at BIGINT;
