//! A call of another database is answered with the call of lake SQL.

fn main() {
    let _ = lakequery::query!(SELECT median(o_totalprice) AS x FROM tpch.orders);
    let _ = lakequery::query!(SELECT DATEDIFF(day, o_orderdate, current_date) AS x FROM tpch.orders);
    let _ = lakequery::query!(SELECT left(o_comment, 3) AS x, initcap(o_clerk) AS y FROM tpch.orders);
    let _ = lakequery::query!(SELECT to_timestamp(o_comment) AS x FROM tpch.orders);
    let _ = lakequery::query!("SELECT string_agg(o_clerk, ',') AS x, trunc(o_totalprice) AS y FROM tpch.orders");
    let _ = lakequery::query!(SELECT frobnicate(o_clerk) AS x FROM tpch.orders);
}
