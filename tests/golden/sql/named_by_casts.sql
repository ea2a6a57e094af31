SELECT DISTINCT id, TRY_CAST(id AS real), CAST(id AS varchar) || 'x' FROM parity.kinds ORDER BY id
