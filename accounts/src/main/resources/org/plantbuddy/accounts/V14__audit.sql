-- Who signed in and who changed what. Never a secret. A removed user's rows go with the user, but for the removal itself.

CREATE TABLE audit (
    at        BIGINT       NOT NULL,
    actor     VARCHAR(64)  NOT NULL, -- a user, $operator for who runs the commands, or empty: nobody who is known
    address   VARCHAR(64)  NOT NULL, -- where the actor is, or with commands the account on that machine
    action    VARCHAR(32)  NOT NULL,
    user_name VARCHAR(32)  NOT NULL, -- whose account it is about; empty: of none that exists
    subject   VARCHAR(256) NOT NULL  -- what of it: a board, a limit with its value; may be empty
);

CREATE INDEX audit_newest ON audit (at);
CREATE INDEX audit_of_user ON audit (user_name, at);
CREATE INDEX audit_of_action ON audit (action, at);
