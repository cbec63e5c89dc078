-- Valid visits: household, start, end and purpose present, end after start, not voided.
-- By calendar year: visited_on is the day of visit.started_at.
SELECT
    visit.village,
    visit.station,
    visit.officer,
    visit.household,
    CAST(visit.started_at AS DATE) AS visited_on,
    visit.id,
    visit.started_at,
    visit.ended_at,
    visit._shape
FROM visit
WHERE visit.household IS NOT NULL
  AND visit.ended_at > visit.started_at
  AND visit.purpose IS NOT NULL
  AND visit.voided_on IS NULL
