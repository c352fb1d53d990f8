-- Off-boarding. A row stays for good: it is how a reading of the removed account is told from one of its successor.

CREATE TABLE removals (
    name       VARCHAR(32)   NOT NULL PRIMARY KEY,
    removed_at BIGINT        NOT NULL,
    cutoff_ns  BIGINT,                 -- the broker's stamp up to which readings are the removed account's;
                                       -- NULL while the broker still has sessions or retained messages of it
    erased_at  BIGINT,                 -- NULL until InfluxDB has nothing of it; then the name is free again
    eraser     VARCHAR(128)  NOT NULL, -- the bridge that erases, until its lease ends
    leased_til BIGINT        NOT NULL,
    problem    VARCHAR(1024) NOT NULL  -- why it is not done yet; empty where nothing is known
);

-- Bridges that write nothing of the removed account any more.
CREATE TABLE removals_seen (
    name   VARCHAR(32)  NOT NULL REFERENCES removals (name) ON DELETE CASCADE,
    bridge VARCHAR(128) NOT NULL,
    PRIMARY KEY (name, bridge)
);

CREATE TABLE bridges (
    name    VARCHAR(128) NOT NULL PRIMARY KEY,
    seen_at BIGINT       NOT NULL
);
