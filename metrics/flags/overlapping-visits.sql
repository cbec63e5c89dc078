-- Visits of one officer that begin before an earlier one of the same day has ended.
WITH visited AS (
    SELECT
        visit.officer,
        visit.id,
        visit.started_at,
        MAX(visit.ended_at) OVER earlier AS busy_until,
        ARG_MAX(visit.id, (visit.ended_at, visit.id)) OVER earlier AS busy_with
    FROM visit
    WHERE visit.ended_at > visit.started_at
    WINDOW earlier AS (
        PARTITION BY visit.officer, CAST(visit.started_at AS DATE)
        ORDER BY visit.started_at, visit.id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
)

SELECT
    visited.officer AS unit,
    CAST(visited.started_at AS DATE) AS day,
    'visit/' || visited.id AS record,
    'visit/' || visited.busy_with AS against,
    date_diff('second', visited.started_at, visited.busy_until) / 60.0 AS measured,
    COALESCE(
        date_diff('second', visited.started_at, visited.busy_until) >= 60 * $minutes, false
    ) AS is_hit
FROM visited
