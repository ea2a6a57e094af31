fn main() {
    let name = "17";
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {name.trim().is_empty()});
}
