fn main() {
    let _ = lakequery::query!(SELECT o_custkey::varchar AS k FROM tpch.orders);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_custkey <=> 1);
    let _ = lakequery::query!(SELECT o_custkey | 1 AS k, o_custkey ^ 2 AS p FROM tpch.orders);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE !(o_custkey = 1));
}
