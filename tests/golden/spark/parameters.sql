SELECT o_orderkey, o_totalprice + {0} AS price FROM tpch.orders WHERE o_orderdate >= {1} AND o_orderstatus IN {2} AND o_clerk NOT IN {3} AND upper(o_comment) = {4} LIMIT CAST({5} AS INT)
