pub fn names() {
    let _ = lakequery::query!(
        "SELECT c_name FROM tpch.customer JOIN tpch.orders ON o_custkey = c_custkey"
    );
}
