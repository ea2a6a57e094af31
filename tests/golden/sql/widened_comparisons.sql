SELECT id
FROM parity.kinds
WHERE r = nan() OR whole > -infinity() OR small IN (nan(), 1e0) OR r NOT IN (sqrt(-1e0), x)
    OR CAST(tiny AS double) BETWEEN 0 AND infinity() OR r IS DISTINCT FROM 0e0 / 0e0
    OR big = nan() OR r = 1e0 OR r < x
