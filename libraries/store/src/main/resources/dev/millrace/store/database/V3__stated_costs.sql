-- Cost of a billed attempt at the catalog's prices, if the provider stated the cost_usd; else null.
ALTER TABLE costs ADD COLUMN catalog_usd ${money};
-- Cost of the billed attempts at the catalog's prices, whatever the providers stated.
ALTER TABLE rollups ADD COLUMN catalog_usd ${money} NOT NULL DEFAULT '0';
UPDATE rollups SET catalog_usd = billed_usd;
