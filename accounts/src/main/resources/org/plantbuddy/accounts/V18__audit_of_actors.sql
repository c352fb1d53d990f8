-- So that no actor pushes out what others did: each has so many entries of a kind.

CREATE INDEX audit_of_actor ON audit (actor, action, at);
