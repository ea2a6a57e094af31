fn main() {
    let _ = lakequery::query!(SELECT CAST(o_orderkey AS strin) AS k FROM tpch.orders);
}
