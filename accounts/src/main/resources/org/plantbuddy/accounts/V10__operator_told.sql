-- Processes that watch the system, what each sees that does not work, and what the operator was told of it.

CREATE TABLE watchers (
    name    VARCHAR(256) NOT NULL PRIMARY KEY,
    seen_at BIGINT       NOT NULL,
    sees    TEXT         NOT NULL -- JSON: part to reason
);

CREATE TABLE operator_told (
    id         INTEGER      NOT NULL PRIMARY KEY, -- one row
    holder     VARCHAR(256) NOT NULL,             -- the watcher that tells, for all
    leased_til BIGINT       NOT NULL,             -- until then no other does
    told       TEXT         NOT NULL              -- JSON
);

INSERT INTO operator_told (id, holder, leased_til, told) VALUES (1, '', 0, '{}');
