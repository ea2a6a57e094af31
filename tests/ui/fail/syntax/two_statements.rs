fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders; SELECT c_custkey FROM tpch.customer);
}
