SELECT o_orderkey FROM tpch.orders WHERE (EXISTS (SELECT 1 FROM tpch.nation)) = (o_totalprice > 1)
