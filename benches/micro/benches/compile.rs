//! What the stages of the compiler take for a small query, a large one, and all of TPC-H:
//! text → tokens → what is known of the query → SQL of two engines.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::Bencher;
use lakequery_compiler::config::Config;
use lakequery_compiler::token::{Token, tokenize};
use lakequery_compiler::{Request, analyze, compile, emit};
use lakequery_project::Store;

fn main() {
    divan::main();
}

/// The queries of a benchmark.
#[derive(Clone, Copy)]
enum Queries {
    Small,
    /// Query 21 of TPC-H: joins, and two correlated subqueries.
    Large,
    /// Its 22 queries.
    All,
}

const QUERIES: [Queries; 3] = [Queries::Small, Queries::Large, Queries::All];

const SMALL: &str = "SELECT o_orderkey, o_totalprice * 2 AS twice FROM tpch.orders \
                     WHERE o_orderdate >= {since} ORDER BY o_orderkey LIMIT 10";

impl fmt::Display for Queries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Queries::Small => "a small query",
            Queries::Large => "TPC-H 21",
            Queries::All => "TPC-H, 22",
        })
    }
}

impl Queries {
    fn texts(self) -> Vec<String> {
        let read = |number: usize| {
            let path = root().join(format!("tests/tpch/q{number:02}.sql"));
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        match self {
            Queries::Small => vec![SMALL.to_owned()],
            Queries::Large => vec![read(21)],
            Queries::All => (1..=22).map(read).collect(),
        }
    }

    fn tokens(self) -> Vec<Vec<Token>> {
        self.texts().iter().map(|text| cut(text)).collect()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn cut(text: &str) -> Vec<Token> {
    tokenize(text).expect("tokens").into_iter().map(|token| token.token).collect()
}

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    Config::parse("targets = [\"trino\", \"datafusion\"]\n").expect("a configuration")
});

/// The snapshots, which are read once.
static STORE: LazyLock<Store> = LazyLock::new(|| Store::new(root().join("schemas")));

fn request(tokens: &[Token]) -> Request<'_> {
    Request { tokens, config: &CONFIG, snapshots: &*STORE, named_columns: true }
}

#[divan::bench(args = QUERIES)]
fn tokens(bencher: Bencher<'_, '_>, queries: Queries) {
    let texts = queries.texts();
    bencher.bench_local(|| texts.iter().map(|text| cut(text).len()).sum::<usize>());
}

#[divan::bench(args = QUERIES)]
fn analysis(bencher: Bencher<'_, '_>, queries: Queries) {
    let queries = queries.tokens();
    bencher.bench_local(|| {
        queries.iter().map(|tokens| analyze(request(tokens)).columns.len()).sum::<usize>()
    });
}

#[divan::bench(args = QUERIES)]
fn emission(bencher: Bencher<'_, '_>, queries: Queries) {
    let queries = queries.tokens();
    let analyses: Vec<_> = queries.iter().map(|tokens| analyze(request(tokens))).collect();
    bencher.bench_local(|| {
        let templates = analyses.iter().map(|analysis| emit(analysis, &CONFIG).expect("SQL"));
        templates.map(|templates| templates.len()).sum::<usize>()
    });
}

#[divan::bench(args = QUERIES)]
fn whole(bencher: Bencher<'_, '_>, queries: Queries) {
    let queries = queries.tokens();
    bencher.bench_local(|| {
        let compiled = queries.iter().map(|tokens| compile(request(tokens)).expect("a query"));
        compiled.map(|compiled| compiled.templates.len()).sum::<usize>()
    });
}
