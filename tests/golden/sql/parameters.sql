SELECT o_orderkey, o_totalprice + {discount} AS price FROM tpch.orders
WHERE o_orderdate >= {since} AND o_orderstatus IN {statuses} AND o_clerk NOT IN {clerks} AND upper(o_comment) = {comment}
LIMIT {n}
