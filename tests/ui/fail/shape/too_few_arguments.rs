fn main() {
    let _ = lakequery::query!(SELECT substring(c_name) AS x FROM tpch.customer);
}
