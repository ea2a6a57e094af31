fn main() {
    let _ = lakequery::query!(
        r#"
        SELECT o_orderkey, o_orderdat
        FROM tpch.orders
        WHERE "o_orderkey" = 'x'
        "#
    );
}
