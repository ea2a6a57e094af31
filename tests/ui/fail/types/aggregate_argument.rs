fn main() {
    let _ = lakequery::query!(SELECT sum(c_name) AS x FROM tpch.customer);
}
