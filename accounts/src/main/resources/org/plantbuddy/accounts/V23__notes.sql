-- What owners note of their boards, such as that a plant was watered.

CREATE TABLE notes (
    id          VARCHAR(32)  NOT NULL PRIMARY KEY,
    user_name   VARCHAR(32)  NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    device_name VARCHAR(32)  NOT NULL,
    kind        VARCHAR(16)  NOT NULL,
    text        VARCHAR(200) NOT NULL,
    noted_at    BIGINT       NOT NULL -- when it was, which may be before it was noted
);

CREATE INDEX notes_newest ON notes (user_name, noted_at);
