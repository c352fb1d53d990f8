-- Alerts that a user does not want to be told of for a while. They are stored and shown all the same.

CREATE TABLE mutes (
    user_name   VARCHAR(32) NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    device_name VARCHAR(32) NOT NULL,
    sensor      VARCHAR(32) NOT NULL, -- or * for all of the board
    ends_at     BIGINT,               -- NULL: until it is taken back
    PRIMARY KEY (user_name, device_name, sensor)
);

-- 1: it came while it was muted, and is not told.
ALTER TABLE alerts ADD COLUMN muted SMALLINT NOT NULL DEFAULT 0;
