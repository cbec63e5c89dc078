-- The days on which an officer was due in the village (leave and secondment removed), and whether
-- that officer has a valid activity on the day: a valid visit, a completed patrol, a return visit.
-- By calendar year: day is the day of duty_day.day.
-- By calendar year: day is the day of visit.started_at.
-- By calendar year: day is the day of patrol.started_at.
-- By calendar year: day is the day of return_visit.done_on.
WITH activity AS (
    SELECT valid_visit.officer, valid_visit.visited_on AS active_on FROM valid_visit
    UNION
    SELECT patrol.officer, CAST(patrol.started_at AS DATE) AS active_on FROM patrol
    WHERE patrol.completed_at IS NOT NULL AND patrol.voided_on IS NULL
    UNION
    SELECT return_visit.officer, return_visit.done_on AS active_on FROM return_visit
    WHERE return_visit.done_on IS NOT NULL AND return_visit.voided_on IS NULL
),

away AS (
    SELECT duty_day.officer, duty_day.day FROM duty_day
    WHERE duty_day.kind IN ('leave', 'secondment') AND duty_day.voided_on IS NULL
    GROUP BY duty_day.officer, duty_day.day
)

SELECT
    duty_day.id,
    duty_day.village,
    duty_day.station,
    duty_day.officer,
    duty_day.day,
    activity.officer IS NOT NULL AS is_active,
    duty_day._shape
FROM duty_day
LEFT JOIN away ON away.officer = duty_day.officer AND away.day = duty_day.day
LEFT JOIN activity ON activity.officer = duty_day.officer AND activity.active_on = duty_day.day
WHERE duty_day.kind = 'due'
  AND duty_day.voided_on IS NULL
  AND away.officer IS NULL
