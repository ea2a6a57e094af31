SELECT upper(coalesce(o_clerk, {p})) AS x, coalesce(o_clerk, {p}) AS y, count(*) AS n
FROM tpch.orders
WHERE ({status} IS NULL OR o_orderstatus = {status}) AND o_totalprice > {least}
GROUP BY coalesce(o_clerk, {p})
HAVING coalesce(o_clerk, {p}) > 'a'
ORDER BY coalesce(o_clerk, {p}) || 'x', 2
