-- Households visited in a calendar year, each counted once at the most precise place known so far:
-- +1 at the unit of its first valid visit; when a later visit names the unit more precisely (a
-- village after only a station), -1 there and +1 here. So a sum over the days since 1 January is a
-- number of households, at every level.
-- By calendar year: visited_on is the day of visit.started_at.
WITH placed AS (
    SELECT
        valid_visit.id,
        valid_visit.village,
        valid_visit.station,
        valid_visit.officer,
        valid_visit.household,
        valid_visit.visited_on,
        valid_visit.started_at,
        CASE
            WHEN valid_visit.village IS NOT NULL THEN 2
            WHEN valid_visit.station IS NOT NULL THEN 1
            ELSE 0
        END AS detail,
        valid_visit._shape
    FROM valid_visit
),

-- Only the first visit of a year at each level of detail can say anything new: what is joined here
-- spares the windows below most of the rows, and they decide.
earliest AS (
    SELECT
        placed.household,
        MIN(placed.started_at) AS started_at
    FROM placed
    GROUP BY placed.household, YEAR(placed.visited_on), placed.detail
),

candidate AS (
    SELECT placed.*
    FROM placed
    INNER JOIN earliest
        ON earliest.household IS NOT DISTINCT FROM placed.household
        AND earliest.started_at = placed.started_at
),

known AS (
    SELECT
        candidate.*,
        COALESCE(MAX(candidate.detail) OVER (
            PARTITION BY candidate.household, YEAR(candidate.visited_on)
            ORDER BY candidate.started_at, candidate.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), -1) AS known_detail
    FROM candidate
),

raised AS (
    SELECT
        known.*,
        LAG(known.village) OVER (
            PARTITION BY known.household, YEAR(known.visited_on)
            ORDER BY known.started_at, known.id
        ) AS former_village,
        LAG(known.station) OVER (
            PARTITION BY known.household, YEAR(known.visited_on)
            ORDER BY known.started_at, known.id
        ) AS former_station
    FROM known
    WHERE known.detail > known.known_detail
)

SELECT
    raised.id,
    raised.village,
    raised.station,
    raised.officer,
    raised.household,
    raised.visited_on,
    1 AS households,
    raised._shape
FROM raised
UNION ALL
SELECT
    raised.id,
    raised.former_village AS village,
    raised.former_station AS station,
    raised.officer,
    raised.household,
    raised.visited_on,
    -1 AS households,
    raised._shape
FROM raised
WHERE raised.known_detail >= 0
