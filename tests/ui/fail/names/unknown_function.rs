fn main() {
    let _ = lakequery::query!(SELECT uper(c_name) AS name FROM tpch.customer);
}
