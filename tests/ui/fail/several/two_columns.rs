fn main() {
    let _ = lakequery::query!(SELECT o_orderkye, o_custkye FROM tpch.orders);
}
