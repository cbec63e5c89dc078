-- Valid visits: household, start, end and purpose present, end after start, not voided.
-- is_first_this_year marks the unit's first valid visit of a household in a calendar year, so that
-- “households visited since 1 January” is a sum over days.
SELECT
    visit.village,
    visit.station,
    visit.officer,
    visit.household,
    CAST(visit.started_at AS DATE) AS visited_on,
    ROW_NUMBER() OVER (
        PARTITION BY
            COALESCE('v:' || visit.village, 's:' || visit.station, ''),
            visit.household,
            YEAR(visit.started_at)
        ORDER BY visit.started_at, visit.id
    ) = 1 AS is_first_this_year,
    visit.id,
    visit.started_at,
    visit.ended_at,
    visit._shape
FROM visit
WHERE visit.household IS NOT NULL
  AND visit.ended_at > visit.started_at
  AND visit.purpose IS NOT NULL
  AND visit.voided_on IS NULL
