-- The words that an incident is found by when a story may tell of it. Left out of the published file.

CREATE TABLE profile_words (incident_id VARCHAR NOT NULL, word UBIGINT NOT NULL, kind UTINYINT NOT NULL);

ALTER TABLE profiles ADD COLUMN words_version INTEGER;

COMMENT ON TABLE profile_words IS 'Words of profiles, as the lower half of their MD5: they are looked up by the night''s words, never read.';
COMMENT ON COLUMN profile_words.incident_id IS 'The incident: profiles.incident_id.';
COMMENT ON COLUMN profile_words.word IS 'md5_number_lower(word).';
COMMENT ON COLUMN profile_words.kind IS '1: in its titles and leads; 2: in its victim''s names; 3: in both; 4: a whole folded name of its victim.';
COMMENT ON COLUMN profiles.words_version IS 'Under which rules profile_words was filled; NULL: not yet, the next settling does it.';
COMMENT ON COLUMN incident_revisions.merged_into IS 'The incident that this one turned out to be a part of; NULL for most.';
