-- Visits and patrols by the month in which they happened, and whether they were entered too late.
WITH done AS (
    SELECT
        visit.village,
        'visit/' || visit.id AS record,
        COALESCE(visit.ended_at, visit.started_at) AS happened_at,
        visit.entered_at
    FROM visit
    UNION ALL
    SELECT
        patrol.village,
        'patrol/' || patrol.id AS record,
        COALESCE(patrol.ended_at, patrol.started_at) AS happened_at,
        patrol.entered_at
    FROM patrol
)

SELECT
    done.village AS unit,
    CAST(done.happened_at AS DATE) AS day,
    done.record,
    date_diff('second', done.happened_at, done.entered_at) / 3600.0 AS measured,
    date_diff('second', done.happened_at, done.entered_at) > 3600 * $hours AS is_hit
FROM done
WHERE done.entered_at IS NOT NULL
