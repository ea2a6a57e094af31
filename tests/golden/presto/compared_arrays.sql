SELECT nullif(repeat(whole, 2), repeat(d5, 2)) AS a, repeat(whole, 2) = repeat(d5, 2) AS b FROM parity.kinds
