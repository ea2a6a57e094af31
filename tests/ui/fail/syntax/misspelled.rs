fn main() {
    let _ = lakequery::query!(SELCT o_custkey FROM tpch.orders);
    let _ = lakequery::query!(SELECT o_custkey k FORM tpch.orders WEHRE o_custkey = 1 GROPU BY o_custkey ODER BY o_custkey LIMTI 10);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders JION tpch.customer ON o_custkey = c_custkey);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_custkey BETWEN 1 AND 5);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders UNOIN SELECT c_custkey FROM tpch.customer);
    let _ = lakequery::query!(WIHT t AS (SELECT 1 AS a) SELECT a FROM t);
}
