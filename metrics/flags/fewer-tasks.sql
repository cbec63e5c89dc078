-- The tasks that were dispatched in the same month of the year before, and whether this year has
-- none in their place, where the difference of the two numbers is beyond chance.
WITH sent AS (
    SELECT
        task.id,
        task.village,
        CAST(task.dispatched_at AS DATE) AS sent_on,
        CAST(date_trunc('month', task.dispatched_at) AS DATE) AS month
    FROM task
    WHERE task.voided_on IS NULL
),

month_sum AS (
    SELECT sent.village, sent.month, COUNT(*) AS tasks
    FROM sent
    GROUP BY sent.village, sent.month
),

numbered AS (
    SELECT
        sent.id,
        sent.village,
        sent.sent_on,
        ROW_NUMBER() OVER (
            PARTITION BY sent.village, sent.month ORDER BY sent.sent_on, sent.id
        ) AS place,
        COUNT(*) OVER (PARTITION BY sent.village, sent.month) AS before,
        COALESCE(month_sum.tasks, 0) AS now
    FROM sent
    LEFT JOIN month_sum
        ON month_sum.village = sent.village
        AND month_sum.month = sent.month + INTERVAL 1 YEAR
)

SELECT
    numbered.village AS unit,
    CAST(numbered.sent_on + INTERVAL 1 YEAR AS DATE) AS day,
    'task/' || numbered.id AS record,
    NULL AS measured,
    numbered.place > numbered.now
    AND (numbered.before - numbered.now) * (numbered.before - numbered.now)
    > $errors * $errors * (numbered.before + numbered.now) AS is_hit
FROM numbered
