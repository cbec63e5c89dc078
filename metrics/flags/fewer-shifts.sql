-- The shifts that were planned in the same month of the year before, and whether this year has none
-- in their place, where the difference of the two numbers is beyond chance.
WITH shift AS (
    SELECT
        patrol.id,
        patrol.village,
        patrol.planned_on,
        CAST(date_trunc('month', patrol.planned_on) AS DATE) AS month
    FROM patrol
    WHERE patrol.voided_on IS NULL
),

month_sum AS (
    SELECT shift.village, shift.month, COUNT(*) AS planned
    FROM shift
    GROUP BY shift.village, shift.month
),

numbered AS (
    SELECT
        shift.id,
        shift.village,
        shift.planned_on,
        ROW_NUMBER() OVER (
            PARTITION BY shift.village, shift.month ORDER BY shift.planned_on, shift.id
        ) AS place,
        COUNT(*) OVER (PARTITION BY shift.village, shift.month) AS before,
        COALESCE(month_sum.planned, 0) AS now
    FROM shift
    LEFT JOIN month_sum
        ON month_sum.village = shift.village
        AND month_sum.month = shift.month + INTERVAL 1 YEAR
)

SELECT
    numbered.village AS unit,
    CAST(numbered.planned_on + INTERVAL 1 YEAR AS DATE) AS day,
    'patrol/' || numbered.id AS record,
    NULL AS measured,
    numbered.place > numbered.now
    AND (numbered.before - numbered.now) * (numbered.before - numbered.now)
    > $errors * $errors * (numbered.before + numbered.now) AS is_hit
FROM numbered
