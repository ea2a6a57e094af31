SELECT repeat(d5 * 2, 3) AS a, sequence(1, id) AS b FROM parity.kinds
