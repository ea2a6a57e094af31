fn main() {
    let _ = lakequery::query!(
        SELECT o_custkye, uper(o_comment) AS x
        FROM tpch.orders
        WHERE o_orderdate = 5 AND o_status = "F"
        ORDER BY o_date
    );
}
