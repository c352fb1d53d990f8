-- What boards and people asked of the broker and did not get: a row for each board and kind, with the newest reason.

CREATE TABLE denials (
    user_name   VARCHAR(32)  NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    device_name VARCHAR(32)  NOT NULL, -- empty: the user's own clients
    kind        VARCHAR(32)  NOT NULL,
    reason      VARCHAR(512) NOT NULL,
    topic       VARCHAR(256) NOT NULL, -- empty where it is of none
    payload     VARCHAR(128) NOT NULL, -- the first characters of it
    times       BIGINT       NOT NULL,
    untold      BIGINT       NOT NULL, -- how many of these are to be published and are not yet
    first_at    BIGINT       NOT NULL,
    last_at     BIGINT       NOT NULL,
    next_at     BIGINT       NOT NULL, -- until then no bridge publishes it
    PRIMARY KEY (user_name, device_name, kind)
);

CREATE INDEX denials_untold ON denials (untold);
