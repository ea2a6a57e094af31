SELECT listagg(s, ',') WITHIN GROUP (ORDER BY s) OVER (ORDER BY id) AS a FROM parity.kinds ORDER BY row_number() OVER (ORDER BY day)
