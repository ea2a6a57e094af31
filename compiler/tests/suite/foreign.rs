//! What is said to functions of other databases.

use std::collections::BTreeSet;

use crate::common::{compile_text, config_for};
use lakequery_compiler::function::{Foreign, foreign, foreign_names};

/// What the examples call columns, with a value of each.
const COLUMNS: &str = "SELECT 1e0 AS x, 2e0 AS y, BIGINT '3' AS n, 'a' AS s, 'b' AS t, \
    DATE '2024-01-31' AS d, DATE '2024-02-29' AS e, TIMESTAMP '2024-01-31 01:02:03.456' AS ts, \
    TIMESTAMP '2024-01-31 01:02:03.456 UTC' AS instant, sequence(1, 3) AS list, \
    split_to_map('a=1', ',', '=') AS pairs, json_parse('{}') AS json, TRUE AS condition";

#[test]
fn each_example_is_lake_sql() {
    let mut examples: BTreeSet<&str> = BTreeSet::new();
    for name in foreign_names() {
        if let Some(Foreign::Write(written)) = foreign(name) {
            examples.extend(written);
        }
    }
    let (config, mut wrong) = (config_for("\"trino\""), Vec::new());
    for example in &examples {
        let sql = format!("WITH t AS ({COLUMNS}) SELECT {example} FROM t");
        if let Err(errors) = compile_text(&sql, &config, false) {
            wrong.push(format!("{example}: {}", errors[0].message));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(examples.len(), EXAMPLES);
}

/// So many ways to write them there are.
const EXAMPLES: usize = 176;

#[test]
fn a_call_of_another_database_is_answered_with_one_of_lake_sql() {
    for (sql, help) in [
        ("SELECT Median(o_totalprice) FROM tpch.orders", "write `approx_percentile(x, 0.5)`"),
        ("SELECT datediff(day, a, b) FROM tpch.orders", "write `date_diff('day', d, e)`"),
        ("SELECT nvl(o_clerk, 'x') FROM tpch.orders", "write `coalesce(x, y)`"),
        (
            "SELECT trunc(o_totalprice) FROM tpch.orders",
            "write `truncate(x)` or `date_trunc('month', d)`",
        ),
        (
            "SELECT explode(o_clerk) FROM tpch.orders",
            "an array becomes rows in FROM: `CROSS JOIN UNNEST(list) AS u(element)`",
        ),
        ("SELECT uper(o_clerk) FROM tpch.orders", "did you mean `upper`?"),
        (
            "SELECT fancy_thing(o_clerk) FROM tpch.orders",
            "the functions are listed in \
             https://github.com/lakequery/lakequery/blob/main/docs/functions.md",
        ),
    ] {
        let errors = compile_text(sql, &config_for("\"trino\""), false).expect_err("unknown");
        let helps: Vec<_> = errors.iter().map(|error| &error.help).collect();
        assert_eq!(helps, [&vec![help.to_owned()]], "{sql}");
    }
}
