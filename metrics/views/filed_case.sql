-- Filed cases that were not withdrawn (a withdrawn case leaves numerator and denominator).
-- is_cleared: by its date, or by a status word where the source has no clearing date.
SELECT
    "case".id,
    "case".village,
    "case".station,
    "case".officer,
    "case".kind,
    "case".happened_at,
    "case".reported_at,
    "case".filed_on,
    "case".cleared_on,
    "case".called_back_on,
    "case".cleared_on IS NOT NULL OR COALESCE("case".status, '') = 'cleared' AS is_cleared,
    COALESCE("case".kind IN ('theft', 'robbery', 'fraud'), FALSE) AS is_theft_robbery_fraud,
    "case"._shape
FROM "case"
WHERE "case".filed_on IS NOT NULL
  AND "case".withdrawn_on IS NULL
  AND COALESCE("case".status, '') <> 'withdrawn'
  AND "case".voided_on IS NULL
