fn main() {
    let _ = lakequery::query!(SELECT upper(c_custkey) AS x FROM tpch.customer);
}
