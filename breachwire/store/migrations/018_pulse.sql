-- Alerts about breachwire itself tell of no incident.
ALTER TABLE alerts ALTER COLUMN incident_id DROP NOT NULL;
ALTER TABLE alerts ALTER COLUMN revision DROP NOT NULL;
COMMENT ON COLUMN alerts.incident_id IS 'The incident; NULL for an alert about a feed or a night.';
COMMENT ON COLUMN alerts.revision IS 'The revision that it tells of; NULL for an alert about a feed or a night.';
