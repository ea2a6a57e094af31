fn main() {
    let key: Option<i64> = None;
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {key});
}
