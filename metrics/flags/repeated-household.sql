-- Visits of a village by how often the same household was visited in that month.
SELECT
    visit.village AS unit,
    CAST(visit.started_at AS DATE) AS day,
    'visit/' || visit.id AS record,
    COUNT(*) OVER (
        PARTITION BY visit.village, visit.household, date_trunc('month', visit.started_at)
    ) AS measured,
    COUNT(*) OVER (
        PARTITION BY visit.village, visit.household, date_trunc('month', visit.started_at)
    ) >= $times AS is_hit
FROM visit
WHERE visit.household IS NOT NULL
