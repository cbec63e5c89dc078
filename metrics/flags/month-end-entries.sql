-- Visits by the month in which they were entered, and whether on its last two days.
SELECT
    visit.village AS unit,
    CAST(visit.entered_at AS DATE) AS day,
    'visit/' || visit.id AS record,
    date_diff('day', CAST(COALESCE(visit.ended_at, visit.started_at) AS DATE), CAST(visit.entered_at AS DATE)) AS measured,
    CAST(visit.entered_at AS DATE) > last_day(CAST(visit.entered_at AS DATE)) - $days AS is_hit
FROM visit
