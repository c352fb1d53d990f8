-- How many readings each user had stored on each day (UTC): what all bridges counted. About: a crash of a bridge loses what
-- it counted in the last second, and what is delivered again is counted again.

CREATE TABLE daily_readings (
    user_name VARCHAR(32) NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    day       BIGINT      NOT NULL, -- since 1970-01-01
    readings  BIGINT      NOT NULL,
    PRIMARY KEY (user_name, day)
);

-- How many a day may be stored; 0: no limit; NULL: PLANTBUDDY_READINGS_PER_DAY.
ALTER TABLE users ADD COLUMN readings_per_day BIGINT;
