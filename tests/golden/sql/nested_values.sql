WITH boxes (id, tags, counts, spot, anyone) AS (
  SELECT id, ARRAY[s, 'x', NULL], MAP(ARRAY['a', 'b'], ARRAY[whole, 2]),
    CAST(ROW(x, ROW(day, tiny)) AS row(x double, made row("on" date, by smallint))), ROW(id, s)
  FROM parity.kinds
)
SELECT b.id, b.tags[1] AS first, b.tags[b.id + 1] AS one, element_at(b.tags, -1) AS last,
  b.counts['a'] + 1 AS a, spot.x, b.spot.made."on", b.spot.made.by * 2 AS twice,
  anyone[2] AS s, CAST(b.tags || 'y' || ARRAY['z'] AS array(varchar)) AS more,
  ARRAY[b.id, 2.5] AS mixed, ARRAY[ROW(1, 'a'), ROW(2.5, NULL)][1] AS pair,
  'w' || b.tags AS wide, concat(b.tags, ARRAY[]) AS same, coalesce(b.counts, MAP()) AS counts
FROM boxes AS b
WHERE b.tags = ARRAY['x'] AND (b.id, 1) IN ((1, 1), (2, b.id)) AND spot.x IS NOT NULL
  AND ARRAY[b.id] < ARRAY[5]
GROUP BY b.id, b.tags, b.counts, b.spot, b.anyone
ORDER BY b.tags DESC, spot.made.by
