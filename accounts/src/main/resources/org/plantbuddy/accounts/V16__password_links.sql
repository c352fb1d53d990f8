-- A link with which a person chooses a password, once: an invitation, or after the old one is lost. At most one of a user.

CREATE TABLE password_links (
    user_name  VARCHAR(32) NOT NULL PRIMARY KEY REFERENCES users (name) ON DELETE CASCADE,
    token_hash VARCHAR(64) NOT NULL UNIQUE,
    expires_at BIGINT      NOT NULL
);
