-- Whole minutes of each patrol, and those of them that lie inside the peak hours of the scheme in
-- force on the day it began; a patrol may run past midnight.
WITH walked AS (
    SELECT
        patrol.id,
        patrol.village,
        patrol.station,
        patrol.officer,
        patrol.started_at,
        patrol.ended_at,
        CAST(patrol.started_at AS DATE) AS started_on,
        patrol._shape
    FROM patrol
    WHERE patrol.ended_at > patrol.started_at AND patrol.voided_on IS NULL
),

days AS (
    SELECT 0 AS later
    UNION ALL
    SELECT 1 AS later
),

inside AS (
    SELECT
        walked.id,
        SUM(GREATEST(0,
            LEAST(
                EPOCH(walked.ended_at),
                EPOCH(CAST(walked.started_on + days.later AS TIMESTAMP)) + 60 * peak_hour.ends_minute
            ) - GREATEST(
                EPOCH(walked.started_at),
                EPOCH(CAST(walked.started_on + days.later AS TIMESTAMP)) + 60 * peak_hour.starts_minute
            )
        )) AS seconds
    FROM walked
    CROSS JOIN days
    INNER JOIN peak_hour
        ON walked.started_on >= peak_hour.valid_from
        AND walked.started_on <= COALESCE(peak_hour.valid_to, walked.started_on)
    GROUP BY walked.id
)

SELECT
    walked.id,
    walked.village,
    walked.station,
    walked.officer,
    walked.started_on,
    walked.started_at,
    walked.ended_at,
    CAST(FLOOR((EPOCH(walked.ended_at) - EPOCH(walked.started_at)) / 60) AS BIGINT) AS minutes,
    CAST(FLOOR(COALESCE(inside.seconds, 0) / 60) AS BIGINT) AS peak_minutes,
    walked._shape
FROM walked
LEFT JOIN inside ON inside.id = walked.id
