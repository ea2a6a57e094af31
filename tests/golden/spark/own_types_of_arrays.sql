SELECT CAST(array_repeat(d5 * 2, 3) AS ARRAY<DECIMAL(15,2)>) AS a, CAST(sequence(1, id) AS ARRAY<BIGINT>) AS b FROM parity.kinds
