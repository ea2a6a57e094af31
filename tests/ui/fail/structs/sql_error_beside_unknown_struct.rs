fn main() {
    let _ = lakequery::query_as!(Ordre, SELECT o_orderkye FROM tpch.orders);
}
