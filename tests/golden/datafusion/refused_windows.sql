SELECT listagg(s, ',') OVER (ORDER BY id NULLS LAST) AS a FROM parity.kinds ORDER BY row_number() OVER (ORDER BY day NULLS LAST) NULLS LAST
