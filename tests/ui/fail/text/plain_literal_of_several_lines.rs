fn main() {
    let _ = lakequery::query!(
        "SELECT o_orderkey
         FROM tpch.ordres
         WHERE o_orderkey = 1"
    );
}
