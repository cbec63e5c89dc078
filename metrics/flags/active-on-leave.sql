-- What officers did by their own account, and whether they were on leave or seconded on that day.
WITH activity AS (
    SELECT
        visit.officer, 'visit/' || visit.id AS record, CAST(visit.started_at AS DATE) AS day
    FROM visit
    UNION ALL
    SELECT
        patrol.officer, 'patrol/' || patrol.id AS record, CAST(patrol.started_at AS DATE) AS day
    FROM patrol
    UNION ALL
    SELECT return_visit.officer, 'return_visit/' || return_visit.id AS record, return_visit.done_on
    FROM return_visit
),

away AS (
    SELECT duty_day.officer, duty_day.day, MIN(duty_day.id) AS id
    FROM duty_day
    WHERE duty_day.kind IN ('leave', 'secondment') AND duty_day.voided_on IS NULL
    GROUP BY duty_day.officer, duty_day.day
)

SELECT
    activity.officer AS unit,
    activity.day,
    activity.record,
    'duty_day/' || away.id AS against,
    CAST(NULL AS DOUBLE) AS measured,
    away.officer IS NOT NULL AS is_hit
FROM activity
LEFT JOIN away ON away.officer = activity.officer AND away.day = activity.day
