fn main() {
    let _ = lakequery::query!(SELECT upper(c_name, 1) AS x FROM tpch.customer);
}
