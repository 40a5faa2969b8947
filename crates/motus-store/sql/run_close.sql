UPDATE runs
SET ended_at = ?2,
    outcome = ?3,
    outcome_note = ?4,
    end_idempotency_key = ?5,
    end_payload_hash = ?6,
    ended_by_producer_id = ?7
WHERE id = ?1
