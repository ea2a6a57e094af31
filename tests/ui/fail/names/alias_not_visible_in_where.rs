fn main() {
    let _ = lakequery::query!(SELECT o_totalprice * 2 AS double_price FROM tpch.orders WHERE double_price > 10);
}
