fn main() {
    let _ = lakequery::query!(SELECT count(*) AS n FROM tpch.orders GROUP BY sum(o_totalprice));
}
