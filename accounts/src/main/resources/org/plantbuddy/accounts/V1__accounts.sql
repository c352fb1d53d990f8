-- The same text runs on SQLite and PostgreSQL. Times are epoch milliseconds unless a name says ns.

CREATE TABLE users (
    name          VARCHAR(32)  NOT NULL PRIMARY KEY,
    password_hash VARCHAR(255) NOT NULL,
    created_at    BIGINT       NOT NULL
);

CREATE TABLE devices (
    user_name  VARCHAR(32) NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    name       VARCHAR(32) NOT NULL,
    token_hash VARCHAR(64),          -- SHA-256, hex; NULL once revoked: the board stays known, its history too
    created_at BIGINT      NOT NULL,
    PRIMARY KEY (user_name, name)
);

CREATE TABLE app_tokens (
    token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    user_name  VARCHAR(32) NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    label      VARCHAR(64) NOT NULL,
    created_at BIGINT      NOT NULL
);

CREATE TABLE services (
    name       VARCHAR(32) NOT NULL PRIMARY KEY,
    token_hash VARCHAR(64) NOT NULL
);

CREATE TABLE sensors (
    user_name   VARCHAR(32) NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    device_name VARCHAR(32) NOT NULL,
    name        VARCHAR(32) NOT NULL,
    first_seen  BIGINT      NOT NULL,
    PRIMARY KEY (user_name, device_name, name)
);

CREATE TABLE refused_readings (
    user_name  VARCHAR(32)   NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    id         VARCHAR(64)   NOT NULL, -- hash of what was refused, so that a redelivery is not a second one
    topic      VARCHAR(512)  NOT NULL,
    payload    VARCHAR(1024) NOT NULL, -- the first characters of it
    reason     VARCHAR(1024) NOT NULL,
    refused_at BIGINT        NOT NULL,
    PRIMARY KEY (user_name, id)
);

CREATE INDEX refused_readings_newest ON refused_readings (user_name, refused_at);

CREATE TABLE alerts (
    id             VARCHAR(64)   NOT NULL PRIMARY KEY,
    user_name      VARCHAR(32)   NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    device_name    VARCHAR(32)   NOT NULL,
    sensor         VARCHAR(32)   NOT NULL,
    level          VARCHAR(8)    NOT NULL,
    previous_level VARCHAR(8)    NOT NULL,
    reading        DOUBLE PRECISION, -- NULL where the sensor is a board's silence
    threshold      VARCHAR(64)   NOT NULL,
    message        VARCHAR(1024) NOT NULL,
    time_ns        BIGINT        NOT NULL, -- of the reading
    status_time_ns BIGINT        NOT NULL, -- of the change of level
    stored_at      BIGINT        NOT NULL,
    published_at   BIGINT                  -- NULL: still to be published
);

CREATE INDEX alerts_newest ON alerts (user_name, status_time_ns);
CREATE INDEX alerts_pending ON alerts (published_at, status_time_ns);
