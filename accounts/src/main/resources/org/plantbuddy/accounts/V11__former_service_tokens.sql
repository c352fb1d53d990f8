-- Tokens of services that were replaced, and stay valid until nobody uses them any more.

CREATE TABLE former_service_tokens (
    name       VARCHAR(32) NOT NULL,
    token_hash VARCHAR(64) NOT NULL, -- SHA-256, hex
    used_at    BIGINT      NOT NULL, -- when a connection that signed in with it was last seen
    PRIMARY KEY (name, token_hash)
);
