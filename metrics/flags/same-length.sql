-- Visits of a village that last as long as the middle one of the month, give or take a minute.
WITH timed AS (
    SELECT
        visit.village,
        visit.id,
        visit.started_at,
        date_diff('second', visit.started_at, visit.ended_at) / 60.0 AS minutes
    FROM visit
    WHERE visit.ended_at > visit.started_at
)

SELECT
    timed.village AS unit,
    CAST(timed.started_at AS DATE) AS day,
    'visit/' || timed.id AS record,
    timed.minutes AS measured,
    ABS(
        timed.minutes
        - MEDIAN(timed.minutes) OVER (
            PARTITION BY timed.village, date_trunc('month', timed.started_at)
        )
    ) <= $minutes AS is_hit
FROM timed
