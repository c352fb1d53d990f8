-- What boards, or the broker in their name, last said of themselves. Of two the later connection's holds, then the later said.
-- devices.created_at is from now on when the board was added the last time: what an earlier connection said is not of it.

CREATE TABLE board_statuses (
    user_name     VARCHAR(32) NOT NULL,
    device_name   VARCHAR(32) NOT NULL,
    status        VARCHAR(8)  NOT NULL, -- online or offline
    since         BIGINT      NOT NULL, -- when the connection first said so
    last_known    BIGINT      NOT NULL, -- when it last said so
    connection_ns BIGINT      NOT NULL, -- the broker's stamp of the connection
    said_ns       BIGINT      NOT NULL, -- the broker's stamp of the message; the greatest there is for a will
    PRIMARY KEY (user_name, device_name),
    FOREIGN KEY (user_name, device_name) REFERENCES devices (user_name, name) ON DELETE CASCADE
);
