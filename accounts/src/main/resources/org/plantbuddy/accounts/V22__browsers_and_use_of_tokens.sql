-- What its user knows a session by, such as "Firefox on Linux"; empty where it began before this was kept.

ALTER TABLE page_sessions ADD COLUMN browser VARCHAR(64) NOT NULL DEFAULT '';

-- When a token was last used, to ten minutes; NULL: not since this is kept.
ALTER TABLE app_tokens ADD COLUMN used_at BIGINT;
