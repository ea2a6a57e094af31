SELECT DISTINCT id, TRY_CAST(id AS REAL) AS _col1, lake_cast(id, 'varchar') || 'x' AS _col2 FROM parity.kinds ORDER BY id NULLS LAST
