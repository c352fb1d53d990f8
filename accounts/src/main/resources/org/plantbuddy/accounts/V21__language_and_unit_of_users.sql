-- The language in which a user reads the page, such as de; NULL: that of the browser.
ALTER TABLE users ADD COLUMN language VARCHAR(8);

-- In what the page shows a user temperatures: C or F.
ALTER TABLE users ADD COLUMN temperature_unit VARCHAR(1) NOT NULL DEFAULT 'C';
