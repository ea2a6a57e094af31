fn main() {
    let _ = lakequery::query!(SELECT (SELECT c_name, c_custkey FROM tpch.customer) AS x);
}
