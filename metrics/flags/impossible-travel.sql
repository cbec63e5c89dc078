-- Visits of one officer in another village than the one before on that day, reached faster than
-- anybody drives. A village is one point and times are whole minutes: a minute is granted, so
-- that villages near each other do not count.
WITH placed AS (
    SELECT
        visit.officer,
        visit.id,
        visit.village,
        visit.started_at,
        visit.ended_at,
        village.longitude,
        village.latitude
    FROM visit
    LEFT JOIN village
        ON village.code = visit.village
        AND village.valid_from <= CAST(visit.started_at AS DATE)
        AND COALESCE(village.valid_to, DATE '9999-12-31') >= CAST(visit.started_at AS DATE)
    WHERE visit.ended_at > visit.started_at
),

followed AS (
    SELECT
        placed.*,
        LAG(placed.id) OVER one_day AS id_before,
        LAG(placed.village) OVER one_day AS village_before,
        LAG(placed.ended_at) OVER one_day AS ended_before,
        LAG(placed.longitude) OVER one_day AS longitude_before,
        LAG(placed.latitude) OVER one_day AS latitude_before
    FROM placed
    WINDOW one_day AS (
        PARTITION BY placed.officer, CAST(placed.started_at AS DATE)
        ORDER BY placed.started_at, placed.id
    )
),

travelled AS (
    SELECT
        followed.officer,
        followed.id,
        followed.id_before,
        followed.started_at,
        111.2 * SQRT(
            POWER(followed.latitude - followed.latitude_before, 2)
            + POWER(
                (followed.longitude - followed.longitude_before)
                * COS(RADIANS(followed.latitude)), 2
            )
        ) AS km,
        GREATEST(date_diff('second', followed.ended_before, followed.started_at), 0) + 60 AS seconds
    FROM followed
)

SELECT
    travelled.officer AS unit,
    CAST(travelled.started_at AS DATE) AS day,
    'visit/' || travelled.id AS record,
    'visit/' || travelled.id_before AS against,
    travelled.km * 3600 / travelled.seconds AS measured,
    COALESCE(travelled.km * 3600 > $kmh * travelled.seconds, false) AS is_hit
FROM travelled
