-- 1: may see on the page how the installation is, and who uses it.

ALTER TABLE users ADD COLUMN operator SMALLINT NOT NULL DEFAULT 0;
