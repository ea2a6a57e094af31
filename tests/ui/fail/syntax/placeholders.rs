fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_orderstatus = :status);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_custkey = @key);
}
