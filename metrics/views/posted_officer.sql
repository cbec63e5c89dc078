-- Officers of the register with the village of their assignment. Every day of an officer's time in
-- the register lies in exactly one row, so that a stock counts each officer once: an officer of two
-- villages is shown in the first of them, one without a village (a police room's) at the station.
WITH change AS (
    SELECT officer.code, officer.valid_from AS changed_on FROM officer
    UNION
    SELECT assignment.officer AS code, assignment.valid_from AS changed_on FROM assignment
    UNION
    SELECT assignment.officer AS code, assignment.valid_to + 1 AS changed_on FROM assignment
    WHERE assignment.valid_to IS NOT NULL
),

span AS (
    SELECT
        change.code,
        change.changed_on AS valid_from,
        LEAD(change.changed_on) OVER (PARTITION BY change.code ORDER BY change.changed_on) - 1 AS valid_to
    FROM change
)

SELECT
    officer.code,
    officer.role,
    officer.station,
    MIN(assignment.village) AS village,
    span.valid_from,
    CASE
        WHEN officer.valid_to IS NULL THEN span.valid_to
        WHEN span.valid_to IS NULL THEN officer.valid_to
        ELSE LEAST(span.valid_to, officer.valid_to)
    END AS valid_to
FROM span
INNER JOIN officer
    ON officer.code = span.code
    AND span.valid_from >= officer.valid_from
    AND span.valid_from <= COALESCE(officer.valid_to, span.valid_from)
LEFT JOIN assignment
    ON assignment.officer = span.code
    AND assignment.valid_from <= span.valid_from
    AND COALESCE(assignment.valid_to, span.valid_from) >= span.valid_from
GROUP BY officer.code, officer.role, officer.station, span.valid_from, span.valid_to, officer.valid_to
