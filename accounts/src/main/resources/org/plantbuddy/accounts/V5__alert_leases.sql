-- Which bridge publishes an alert; until its lease has passed no other does.
ALTER TABLE alerts ADD COLUMN claimant TEXT;
ALTER TABLE alerts ADD COLUMN leased_til BIGINT NOT NULL DEFAULT 0;
