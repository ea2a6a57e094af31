fn main() {
    let _ = lakequery::query!(SELECT c_name || c_custkey AS x FROM tpch.customer);
}
