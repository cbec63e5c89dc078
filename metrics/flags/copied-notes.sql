-- Visits of a village whose note says word for word what a note of the weeks before says.
SELECT
    visit.village AS unit,
    CAST(visit.started_at AS DATE) AS day,
    'visit/' || visit.id AS record,
    'visit/' || ARG_MAX(visit.id, (visit.started_at, visit.id)) OVER (
        PARTITION BY visit.village, visit.note_digest
        ORDER BY CAST(visit.started_at AS DATE)
        RANGE BETWEEN $days * INTERVAL 1 DAY PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW
    ) AS against,
    CAST(NULL AS DOUBLE) AS measured,
    COUNT(*) OVER (
        PARTITION BY visit.village, visit.note_digest
        ORDER BY CAST(visit.started_at AS DATE)
        RANGE BETWEEN $days * INTERVAL 1 DAY PRECEDING AND CURRENT ROW
    ) > 1 AS is_hit
FROM visit
WHERE visit.note_digest IS NOT NULL
