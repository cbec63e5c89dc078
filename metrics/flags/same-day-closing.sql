-- Tasks, disputes and hazards by the month in which they were closed, and whether on the day on
-- which they came in.
WITH closed AS (
    SELECT
        task.village,
        'task/' || task.id AS record,
        CAST(task.dispatched_at AS DATE) AS came_on,
        task.done_on AS closed_on
    FROM task
    UNION ALL
    SELECT
        dispute.village,
        'dispute/' || dispute.id AS record,
        CAST(dispute.received_at AS DATE) AS came_on,
        COALESCE(dispute.resolved_on, dispute.concluded_on) AS closed_on
    FROM dispute
    UNION ALL
    SELECT hazard.village, 'hazard/' || hazard.id AS record, hazard.found_on, hazard.closed_on
    FROM hazard
)

SELECT
    closed.village AS unit,
    closed.closed_on AS day,
    closed.record,
    date_diff('day', closed.came_on, closed.closed_on) AS measured,
    closed.closed_on = closed.came_on AS is_hit
FROM closed
