fn main() {
    let _ = lakequery::query!(SELECT o_orderkye FROM tpch.orders WHERE o_orderdate = 5);
}
