-- What a token may do, divided by blanks: those before could sign in to MQTT and nothing else. And when it ends, in epoch
-- ms; NULL: not before it is revoked.

ALTER TABLE app_tokens ADD COLUMN scopes VARCHAR(64) NOT NULL DEFAULT 'mqtt';
ALTER TABLE app_tokens ADD COLUMN expires_at BIGINT;
