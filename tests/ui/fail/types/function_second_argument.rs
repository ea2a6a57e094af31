fn main() {
    let _ = lakequery::query!(SELECT substring(c_name, "2") AS x FROM tpch.customer);
}
