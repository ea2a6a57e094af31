fn main() {
    let _ = lakequery::query!(
        SELECT o_orderkey
        FROM tpch.orders AS a JOIN tpch.orders AS b ON a.o_orderkey = b.o_orderkey
    );
}
