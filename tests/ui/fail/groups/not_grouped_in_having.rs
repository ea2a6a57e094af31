fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders GROUP BY o_custkey HAVING o_totalprice > 10);
}
