fn main() {
    let _ = lakequery::query!(SELECT sum(rank() OVER (ORDER BY o_orderdate)) OVER (ORDER BY o_custkey) AS x FROM tpch.orders);
}
