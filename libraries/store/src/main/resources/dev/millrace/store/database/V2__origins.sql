-- JSON with the known ones of file, metadata, models and api_key.
ALTER TABLE manifests ADD COLUMN origin TEXT NOT NULL DEFAULT '{}';
