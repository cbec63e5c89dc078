-- Cleared in the period, filed before it: depends on the period, so it has no cells.
SELECT
    filed_case.village,
    filed_case.station,
    filed_case.kind,
    filed_case.cleared_on AS day,
    periods.label,
    COUNT(*) AS numerator,
    CAST(NULL AS BIGINT) AS denominator
FROM periods
INNER JOIN filed_case
    ON filed_case.cleared_on >= periods.starts_on
    AND filed_case.cleared_on <= periods.ends_on
    AND filed_case.filed_on < periods.starts_on
GROUP BY filed_case.village, filed_case.station, filed_case.kind, filed_case.cleared_on, periods.label
