//! The spellings of Rust tokens.

use lakequery::query;

use super::trino;

#[test]
fn literals_keep_their_value() {
    let query = query!(
        SELECT o_orderkey
        FROM tpch.orders
        /* a comment of Rust */
        WHERE o_comment = "it's \"quoted\" \u{e4}\n" // another
            OR o_comment = r"\n"
            OR o_comment LIKE "50#%%" ESCAPE "#"
            /// And what Rust takes for documentation.
            OR o_totalprice > 1_000.50
            OR o_totalprice < .5
            OR o_orderkey IN (1, -2, 3_000_000_000)
            OR o_orderdate = DATE "1995-01-01"
    );
    let sql = trino(&query);
    for part in [
        "'it''s \"quoted\" \u{e4}\n'",
        "'\\n'",
        "'50#%%'",
        "1000.50",
        "0.5",
        "3000000000",
        "DATE '1995-01-01'",
    ] {
        assert!(sql.contains(part), "{part} in {sql}");
    }
    assert!(!sql.contains("comment of Rust") && !sql.contains("documentation"));
}

#[test]
fn operators_may_be_written_close() {
    let query = query!(
        SELECT o_orderkey
        FROM tpch.orders
        WHERE o_orderkey<>1 AND o_orderkey!=2 AND o_orderkey>=-3 AND (o_orderkey-1)*2<=4
            AND o_comment||"x"="yx"
    );
    assert!(trino(&query).contains("<> 1"));
}

#[test]
fn a_statement_may_end_with_a_semicolon() {
    assert_eq!(
        trino(&query!(SELECT o_orderkey FROM tpch.orders;)),
        trino(&query!("SELECT o_orderkey FROM tpch.orders;"))
    );
}
