fn main() {
    let _ = lakequery::query!(WITH t (a, b, c) AS (SELECT o_orderkey, o_custkey FROM tpch.orders) SELECT a FROM t);
}
