-- Who is signed in on the page, and what boards without MQTT sent lately: for all pages together.

CREATE TABLE page_sessions (
    id_hash   VARCHAR(64) NOT NULL PRIMARY KEY, -- SHA-256, hex, of the random id in the cookie
    user_name VARCHAR(32) NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    stamp     VARCHAR(64) NOT NULL, -- of the account when it began; once it differs the session is over
    began_at  BIGINT      NOT NULL,
    used_at   BIGINT      NOT NULL
);

CREATE INDEX page_sessions_of ON page_sessions (user_name, began_at);
CREATE INDEX page_sessions_used ON page_sessions (used_at);

CREATE TABLE first_tries (
    user_name   VARCHAR(32) NOT NULL,
    device_name VARCHAR(32) NOT NULL,
    key_hash    VARCHAR(64) NOT NULL, -- SHA-256, hex, of an Idempotency-Key
    time_ns     BIGINT      NOT NULL, -- of the readings that came with it first
    PRIMARY KEY (user_name, device_name, key_hash),
    FOREIGN KEY (user_name, device_name) REFERENCES devices (user_name, name) ON DELETE CASCADE
);

CREATE INDEX first_tries_by_time ON first_tries (user_name, device_name, time_ns);
CREATE INDEX first_tries_oldest ON first_tries (time_ns);
