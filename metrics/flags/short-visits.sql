-- Visits of a village that were over before anything could be talked about.
SELECT
    visit.village AS unit,
    CAST(visit.started_at AS DATE) AS day,
    'visit/' || visit.id AS record,
    date_diff('second', visit.started_at, visit.ended_at) / 60.0 AS measured,
    date_diff('second', visit.started_at, visit.ended_at) < 60 * $minutes AS is_hit
FROM visit
WHERE visit.ended_at >= visit.started_at
