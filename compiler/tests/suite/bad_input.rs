//! Bad and huge input: a result or clear errors within a bounded time; never a
//! panic, a hang or an overflow of the stack.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::common::{compile_text, config_for, root};
use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::Diagnostic;
use lakequery_compiler::snapshot::{Column, Snapshots, Table};
use lakequery_compiler::token::{Token, tokenize};
use lakequery_compiler::{Compiled, Request, compile};
use lakequery_types::Type;

fn config() -> Config {
    config_for("\"datafusion\", \"trino\"")
}

/// Far above what any case takes, also in an unoptimised build on a busy machine.
const BOUND: Duration = Duration::from_secs(20);

fn tpch() -> Vec<String> {
    let folder = root().join("tests/tpch");
    let mut queries = Vec::new();
    for number in 1..=22 {
        let path = folder.join(format!("q{number:02}.sql"));
        queries.push(std::fs::read_to_string(path).expect("a TPC-H query"));
    }
    queries
}

/// Compiles, and checks what holds of every outcome.
fn check(sql: &str) -> Result<Compiled, Vec<Diagnostic>> {
    let start = Instant::now();
    let result = compile_text(sql, &config(), true);
    let shown: String = sql.chars().take(120).collect();
    assert!(start.elapsed() < BOUND, "{:?} for {shown}", start.elapsed());
    if let Err(diagnostics) = &result {
        assert!(!diagnostics.is_empty(), "no reason given for {shown}");
        for diagnostic in diagnostics {
            assert!(!diagnostic.message.is_empty());
            assert!(diagnostic.span.start <= diagnostic.span.end, "{diagnostic:?} for {shown}");
        }
    }
    result
}

fn truncations(queries: &[String]) -> usize {
    let mut checked = 0;
    for query in queries {
        for (end, _) in query.char_indices() {
            let _ = check(&query[..end]);
            checked += 1;
        }
        check(query).expect("the whole query compiles");
    }
    checked
}

#[test]
fn every_truncation_of_the_first_half_of_tpch() {
    assert!(truncations(&tpch()[..11]) > 5_000);
}

#[test]
fn every_truncation_of_the_second_half_of_tpch() {
    assert!(truncations(&tpch()[11..]) > 5_000);
}

/// A small generator of numbers, so that every run checks the same.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

#[test]
fn token_soup() {
    let mut words: Vec<String> = Vec::new();
    for query in tpch() {
        words.extend(query.split_whitespace().skip(4).map(str::to_owned));
    }
    for extra in ["{x}", "IN {list}", "[", "]", "->", "OVER (", "'", "\"a\"", "::", "$1", "é", ";"]
    {
        words.extend(std::iter::repeat_n(extra.to_owned(), 20));
    }
    let mut random = Random(42);
    for _ in 0..2_000 {
        let mut soup = String::from("SELECT ");
        for _ in 0..=random.below(60) {
            soup.push_str(&words[random.below(words.len())]);
            soup.push(' ');
        }
        let _ = check(&soup);
    }
}

#[test]
fn tpch_with_tokens_changed() {
    let mut random = Random(7);
    for query in tpch() {
        let words: Vec<&str> = query.split_whitespace().skip(4).collect();
        for _ in 0..40 {
            let mut changed = words.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(changed.len());
                let from = random.below(words.len());
                match random.below(3) {
                    0 => changed[at] = words[from],
                    1 => drop(changed.remove(at)),
                    _ => changed.insert(at, words[from]),
                }
            }
            let _ = check(&changed.join(" "));
        }
    }
}

/// What nests.
const OPENERS: [&str; 12] = [
    "(",
    "[",
    "NOT ",
    "- ",
    "CASE WHEN ",
    "CAST(",
    "(SELECT ",
    "abs(",
    "1 IN (",
    "EXISTS (",
    "INTERVAL (",
    "upper(CASE WHEN (",
];

#[test]
fn deep_nesting() {
    for opener in OPENERS {
        for depth in [10, 50, 99, 150, 10_000] {
            let open = opener.repeat(depth);
            let parentheses = opener.matches('(').count() * depth;
            let close = ")".repeat(parentheses);
            for sql in [format!("SELECT {open}"), format!("SELECT {open} 1 {close} AS x")] {
                let result = check(&sql);
                assert!(depth < 150 || result.is_err(), "{opener} {depth}");
            }
        }
    }
    for depth in [10, 90, 10_000] {
        let open = "(SELECT * FROM ".repeat(depth);
        let close = ")".repeat(depth);
        let result = check(&format!("SELECT * FROM {open} tpch.nation {close}"));
        assert_eq!(result.is_ok(), depth < 90, "{depth} derived tables: {result:?}");
    }
    check(&format!("SELECT {}1{} AS x", "(".repeat(40), ")".repeat(40))).expect("40 deep is fine");
}

/// What is compiled on the stack of whoever calls has room in the one that
/// `compile` promises to do with.
#[test]
fn a_small_stack() {
    let small = || {
        for opener in OPENERS {
            for depth in 1..=24 {
                let parentheses = opener.matches('(').count() * depth;
                let (open, close) = (opener.repeat(depth), ")".repeat(parentheses));
                let _ = check(&format!("SELECT {open} 1 {close} AS x"));
            }
        }
        for depth in 1..=16 {
            let (open, close) = ("(SELECT * FROM ".repeat(depth), ")".repeat(depth));
            let _ = check(&format!("SELECT * FROM {open} tpch.nation {close}"));
            let types = format!("{}bigint{}", "array(".repeat(depth), ")".repeat(depth));
            let _ = check(&format!("SELECT CAST(NULL AS {types}) AS x"));
        }
        for link in [" + 1", " AND TRUE", " IS NULL", " = 1", " || 'a'", "::bigint", "[1]"] {
            for length in (10..=400).step_by(10) {
                let _ = check(&format!("SELECT 1{} AS x", link.repeat(length)));
            }
        }
        for length in (10..=130).step_by(10) {
            let _ = check(&format!("SELECT 1 AS x{}", " UNION ALL SELECT 1".repeat(length)));
            let join = " CROSS JOIN tpch.nation";
            let _ = check(&format!("SELECT 1 AS x FROM tpch.nation{}", join.repeat(length)));
        }
        for query in tpch() {
            check(&query).expect("a query of TPC-H");
        }
    };
    let thread = std::thread::Builder::new().stack_size(5 << 18).spawn(small);
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn long_chains() {
    for (length, fits) in [(900, true), (10_000, false), (50_000, false)] {
        let sum = check(&format!("SELECT 1{} AS x", " + 1".repeat(length)));
        assert_eq!(sum.is_ok(), fits, "a sum of {length}");
        let union = "SELECT 1 AS x".to_owned() + &" UNION ALL SELECT 1".repeat(length.min(5_000));
        assert_eq!(check(&union).is_ok(), fits, "a union of {length}");
    }
    for length in [900, 10_000, 30_000] {
        let condition = vec!["n_nationkey = 1"; length];
        for operator in [" AND ", " OR "] {
            let sql = format!("SELECT n_name FROM tpch.nation WHERE {}", condition.join(operator));
            check(&sql).expect("AND and OR are as long as one likes");
        }
    }
    let nulls = " IS NULL".repeat(2_000);
    assert!(check(&format!("SELECT n_name{nulls} AS x FROM tpch.nation")).is_err());
}

#[test]
fn a_list_of_ten_thousand() {
    let list = vec!["1"; 10_000].join(", ");
    let sql = format!("SELECT n_name FROM tpch.nation WHERE n_nationkey IN ({list})");
    let compiled = check(&sql).expect("a long list");
    assert_eq!(compiled.columns.len(), 1);
}

#[test]
fn more_tokens_than_anyone_writes() {
    let list = vec!["1"; 150_000].join(",");
    let errors = check(&format!("SELECT n_name FROM tpch.nation WHERE n_nationkey IN ({list})"))
        .expect_err("too many tokens");
    assert_eq!(errors[0].code.name(), "too-large");
}

/// One table of two thousand columns.
struct Wide(Arc<Table>);

impl Snapshots for Wide {
    fn table(&self, _: &str, table: &str) -> Result<Option<Arc<Table>>, String> {
        Ok((table == "wide").then(|| Arc::clone(&self.0)))
    }

    fn schemas(&self) -> Vec<String> {
        vec!["s".into()]
    }

    fn tables(&self, _: &str) -> Vec<String> {
        vec!["wide".into()]
    }
}

#[test]
fn two_thousand_columns() {
    let column = |i| Column {
        name: format!("column_{i}"),
        ty: Type::decimal(20, 4),
        nullable: i % 2 == 0,
        comment: None,
    };
    let columns = (0..2_000).map(column).collect();
    let table = Table {
        schema: "s".into(),
        name: "wide".into(),
        comment: None,
        columns,
        partitioned_by: Vec::new(),
    };
    let snapshots = Wide(Arc::new(table));
    let compile_wide = |sql: &str| {
        let tokens: Vec<Token> =
            tokenize(sql).expect("tokens").into_iter().map(|token| token.token).collect();
        compile(Request {
            tokens: &tokens,
            config: &config(),
            snapshots: &snapshots,
            named_columns: true,
        })
    };
    let start = Instant::now();
    let all = compile_wide("SELECT * FROM s.wide").expect("every column");
    assert_eq!(all.columns.len(), 2_000);
    assert!(all.columns[0].nullable && !all.columns[1].nullable);
    let errors = compile_wide("SELECT colum_1999 FROM s.wide").expect_err("a misspelled one");
    assert_eq!(errors[0].help, ["did you mean `column_1999`?"]);
    let errors = compile_wide("SELECT zzz FROM s.wide").expect_err("nothing near");
    assert!(errors[0].help[0].ends_with("and 1990 more"), "{:?}", errors[0].help);
    assert!(start.elapsed() < BOUND);
}
