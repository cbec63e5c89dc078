-- Visits of a village whose beginning and end both are round. Who works by a plan of shifts begins
-- at round times too, but does not end so.
SELECT
    visit.village AS unit,
    CAST(visit.started_at AS DATE) AS day,
    'visit/' || visit.id AS record,
    CAST(NULL AS DOUBLE) AS measured,
    minute(visit.started_at) % $step = 0 AND minute(visit.ended_at) % $step = 0 AS is_hit
FROM visit
WHERE visit.ended_at > visit.started_at
