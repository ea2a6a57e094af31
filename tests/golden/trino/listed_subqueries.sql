SELECT id, id IN ((SELECT 1), 2) AS a, id NOT IN ((SELECT 1), (SELECT 2)) AS b FROM parity.sales WHERE shop IN (SELECT 'north') AND id IN (VALUES (1), (2))
