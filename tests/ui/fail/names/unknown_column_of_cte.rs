fn main() {
    let _ = lakequery::query!(WITH t AS (SELECT o_orderkey AS k FROM tpch.orders) SELECT o_orderkey FROM t);
}
