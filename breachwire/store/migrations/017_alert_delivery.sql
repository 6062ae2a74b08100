-- How and when an alert goes out, in which order, in which message, and what its channel said.
ALTER TABLE alerts ADD COLUMN delivery VARCHAR DEFAULT 'at_once';
COMMENT ON COLUMN alerts.delivery IS 'vocab_alert_delivery.';
ALTER TABLE alerts ADD COLUMN not_before TIMESTAMPTZ;
COMMENT ON COLUMN alerts.not_before IS 'It is not sent before, UTC; NULL: as soon as may be.';
ALTER TABLE alerts ADD COLUMN position BIGINT;
COMMENT ON COLUMN alerts.position IS 'Its place in the order in which a channel is sent its alerts, from 1.';
ALTER TABLE alerts ADD COLUMN message_id VARCHAR;
COMMENT ON COLUMN alerts.message_id IS 'The message it goes out in, its own or a digest: receivers know by it what they were sent before.';
ALTER TABLE alerts ADD COLUMN next_try_at TIMESTAMPTZ;
COMMENT ON COLUMN alerts.next_try_at IS 'After a failure: when it is tried again at the earliest, UTC.';
ALTER TABLE alerts ADD COLUMN receipt VARCHAR;
COMMENT ON COLUMN alerts.receipt IS 'What the channel answered when it took it.';
UPDATE alerts SET position = p.place
FROM (SELECT alert_id, row_number() OVER (ORDER BY created_at, incident_id, alert_id) AS place FROM alerts) AS p
WHERE p.alert_id = alerts.alert_id;
COMMENT ON COLUMN alerts.tries IS 'How many runs tried to send it and failed; within a run a channel is asked several times.';
COMMENT ON COLUMN alerts.alert_id IS 'Made from incident, event (for a change: its revision), rule and channel: the same alert is never queued twice.';
COMMENT ON COLUMN alerts.created_at IS 'When it was queued, UTC: in the transaction that stored the incident.';
