-- Backups that wait until what the broker acknowledged before them is stored. A row goes with its backup.

CREATE TABLE drains (
    id         VARCHAR(64) NOT NULL PRIMARY KEY,
    asked_at   BIGINT      NOT NULL,
    left_queue SMALLINT    NOT NULL DEFAULT 0 -- 1: a bridge has acknowledged all that was in the broker's queue
);

-- Bridges in whose journals nothing is left of it.
CREATE TABLE drains_seen (
    id     VARCHAR(64)  NOT NULL REFERENCES drains (id) ON DELETE CASCADE,
    bridge VARCHAR(128) NOT NULL,
    PRIMARY KEY (id, bridge)
);
