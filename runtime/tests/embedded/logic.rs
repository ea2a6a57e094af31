//! Three-valued logic: conditions put together at random, in a projection and in a
//! WHERE, against what a few lines of Rust make of the same conditions. Whatever an
//! optimizer does with a condition, it is not to change what it says of NULL, of
//! zeros and of NaN.

use std::fmt::Write;
use std::sync::Arc;

use lakequery::arrow_array::{ArrayRef, BooleanArray, Float64Array, Int32Array, RecordBatch};
use lakequery::{Lake, sql};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use crate::folder::Folder;

/// How many conditions are tried, how many in a query, and how deep they are.
const CONDITIONS: usize = 900;
const IN_A_QUERY: usize = 30;
const DEPTH: usize = 4;

/// A small generator of numbers, so that every run tries the same.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// A number; whole numbers are small ones.
type Number = Option<f64>;
type Truth = Option<bool>;

/// A row of the table; `k` and `m` are never NULL.
struct Row {
    k: i32,
    numbers: [Number; 5],
    flags: [Truth; 2],
}

const NUMBERS: [&str; 5] = ["m", "a", "b", "f", "g"];
const FLAGS: [&str; 2] = ["p", "q"];
/// Which of the numbers are whole.
const WHOLE: usize = 3;

/// An expression: the SQL of it, and what it is in a row.
struct Expr<T> {
    sql: String,
    of: Box<dyn Fn(&Row) -> T>,
}

fn expr<T>(sql: String, of: impl Fn(&Row) -> T + 'static) -> Expr<T> {
    Expr { sql, of: Box::new(of) }
}

fn not(truth: Truth) -> Truth {
    truth.map(|truth| !truth)
}

fn and(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(a: Truth, b: Truth) -> Truth {
    not(and(not(a), not(b)))
}

fn compare(a: Number, b: Number, op: fn(&f64, &f64) -> bool) -> Truth {
    Some(op(&a?, &b?))
}

fn distinct(a: Number, b: Number) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a != b && !(a.is_nan() && b.is_nan()),
        (a, b) => a.is_some() != b.is_some(),
    }
}

fn is_in(value: Number, list: &[Number]) -> Truth {
    list.iter().map(|item| compare(value, *item, f64::eq)).fold(Some(false), or)
}

/// An operator of SQL, and what it does.
type Operator = (&'static str, fn(&f64, &f64) -> bool);

const OPERATORS: [Operator; 6] = [
    ("=", f64::eq),
    ("<>", f64::ne),
    ("<", f64::lt),
    ("<=", f64::le),
    (">", f64::gt),
    (">=", f64::ge),
];

/// A constant, whole or not.
fn constant(random: &mut Random, whole: bool) -> Expr<Number> {
    let (sql, value) = match (whole, random.below(7)) {
        (true, 0) => ("CAST(NULL AS integer)", None),
        (true, 1) => ("0", Some(0.0)),
        (true, 2) => ("-1", Some(-1.0)),
        (true, 3) => ("3", Some(3.0)),
        (true, 4) => ("2", Some(2.0)),
        (true, _) => ("1", Some(1.0)),
        (false, 0) => ("CAST(NULL AS double)", None),
        (false, 1) => ("0e0", Some(0.0)),
        (false, 2) => ("-0e0", Some(-0.0)),
        (false, 3) => ("nan()", Some(f64::NAN)),
        (false, 4) => ("infinity()", Some(f64::INFINITY)),
        (false, _) => ("1e0", Some(1.0)),
    };
    expr(sql.to_owned(), move |_| value)
}

fn column(random: &mut Random, whole: bool) -> Expr<Number> {
    let index = if whole { random.below(WHOLE) } else { WHOLE + random.below(2) };
    expr(NUMBERS[index].to_owned(), move |row| row.numbers[index])
}

fn number(random: &mut Random, whole: bool, depth: usize) -> Expr<Number> {
    match random.below(if depth == 0 { 6 } else { 10 }) {
        0..4 => column(random, whole),
        4..6 => constant(random, whole),
        6 => {
            let [a, b] = [(); 2].map(|()| number(random, whole, depth - 1));
            expr(format!("coalesce({}, {})", a.sql, b.sql), move |row| (a.of)(row).or((b.of)(row)))
        }
        7 => {
            let [a, b] = [(); 2].map(|()| number(random, whole, depth - 1));
            expr(format!("nullif({}, {})", a.sql, b.sql), move |row| {
                let (a, b) = ((a.of)(row), (b.of)(row));
                if compare(a, b, f64::eq) == Some(true) { None } else { a }
            })
        }
        8 => {
            let when = truth(random, depth - 1);
            let [a, b] = [(); 2].map(|()| number(random, whole, depth - 1));
            let sql = format!("CASE WHEN {} THEN {} ELSE {} END", when.sql, a.sql, b.sql);
            expr(sql, move |row| match (when.of)(row) {
                Some(true) => (a.of)(row),
                _ => (b.of)(row),
            })
        }
        _ => {
            let of_whole = random.coin();
            let [value, first, second] = [(); 3].map(|()| number(random, of_whole, depth - 1));
            let [a, b] = [(); 2].map(|()| number(random, whole, depth - 1));
            let sql = format!(
                "CASE {} WHEN {} THEN {} WHEN {} THEN {} END",
                value.sql, first.sql, a.sql, second.sql, b.sql
            );
            expr(sql, move |row| {
                let value = (value.of)(row);
                if compare(value, (first.of)(row), f64::eq) == Some(true) {
                    (a.of)(row)
                } else if compare(value, (second.of)(row), f64::eq) == Some(true) {
                    (b.of)(row)
                } else {
                    None
                }
            })
        }
    }
}

/// A list for IN: of constants, mostly, as people write them.
fn list(random: &mut Random, whole: bool, depth: usize) -> Vec<Expr<Number>> {
    let constants = random.below(3) > 0;
    let item = |random: &mut Random| match constants {
        true => constant(random, whole),
        false => number(random, whole, depth),
    };
    (0..1 + random.below(6)).map(|_| item(random)).collect()
}

fn listed(random: &mut Random, depth: usize) -> Expr<Truth> {
    let whole = random.below(3) > 0;
    // Often of a column, so that lists meet others of the same.
    let value = match random.coin() {
        true => column(random, whole),
        false => number(random, whole, depth),
    };
    let list = list(random, whole, depth);
    let items: Vec<_> = list.iter().map(|item| item.sql.as_str()).collect();
    let negated = random.coin();
    let sql =
        format!("{} {}IN ({})", value.sql, if negated { "NOT " } else { "" }, items.join(", "));
    expr(sql, move |row| {
        let list: Vec<_> = list.iter().map(|item| (item.of)(row)).collect();
        let found = is_in((value.of)(row), &list);
        if negated { not(found) } else { found }
    })
}

fn compared(random: &mut Random, depth: usize) -> Expr<Truth> {
    let whole = random.coin();
    let [a, b] = [(); 2].map(|()| number(random, whole, depth));
    if random.below(5) == 0 {
        let negated = random.coin();
        let words = if negated { "IS NOT DISTINCT FROM" } else { "IS DISTINCT FROM" };
        return expr(format!("{} {words} {}", a.sql, b.sql), move |row| {
            Some(distinct((a.of)(row), (b.of)(row)) != negated)
        });
    }
    let (name, op) = OPERATORS[random.below(OPERATORS.len())];
    expr(format!("{} {name} {}", a.sql, b.sql), move |row| compare((a.of)(row), (b.of)(row), op))
}

fn between(random: &mut Random, depth: usize) -> Expr<Truth> {
    let whole = random.coin();
    let [value, low, high] = [(); 3].map(|()| number(random, whole, depth));
    let negated = random.coin();
    let word = if negated { "NOT BETWEEN" } else { "BETWEEN" };
    expr(format!("{} {word} {} AND {}", value.sql, low.sql, high.sql), move |row| {
        let value = (value.of)(row);
        let above = compare(value, (low.of)(row), f64::ge);
        let within = and(above, compare(value, (high.of)(row), f64::le));
        if negated { not(within) } else { within }
    })
}

fn truth(random: &mut Random, depth: usize) -> Expr<Truth> {
    let inner = depth.saturating_sub(1);
    let condition = match random.below(if depth == 0 { 6 } else { 16 }) {
        0 => {
            let index = random.below(2);
            return expr(FLAGS[index].to_owned(), move |row| row.flags[index]);
        }
        1..3 => compared(random, inner.min(1)),
        3..5 => listed(random, inner.min(1)),
        5 => between(random, inner.min(1)),
        6..9 => {
            let [a, b] = [(); 2].map(|()| truth(random, inner));
            expr(format!("{} AND {}", a.sql, b.sql), move |row| and((a.of)(row), (b.of)(row)))
        }
        9..12 => {
            let [a, b] = [(); 2].map(|()| truth(random, inner));
            expr(format!("{} OR {}", a.sql, b.sql), move |row| or((a.of)(row), (b.of)(row)))
        }
        12 => {
            let a = truth(random, inner);
            expr(format!("NOT {}", a.sql), move |row| not((a.of)(row)))
        }
        13 => {
            let (a, negated) = (truth(random, inner), random.coin());
            let word = if negated { "IS NOT NULL" } else { "IS NULL" };
            expr(format!("{} {word}", a.sql), move |row| Some((a.of)(row).is_none() != negated))
        }
        14 => {
            let [when, a, b] = [(); 3].map(|()| truth(random, inner));
            let sql = format!("CASE WHEN {} THEN {} ELSE {} END", when.sql, a.sql, b.sql);
            expr(sql, move |row| match (when.of)(row) {
                Some(true) => (a.of)(row),
                _ => (b.of)(row),
            })
        }
        _ => {
            let [a, b] = [(); 2].map(|()| truth(random, inner));
            let sql = format!("coalesce({}, {})", a.sql, b.sql);
            expr(sql, move |row| (a.of)(row).or((b.of)(row)))
        }
    };
    Expr { sql: format!("({})", condition.sql), of: condition.of }
}

/// Rows of all that there is: NULL, numbers that are equal and not, both zeros, NaN.
fn rows() -> Vec<Row> {
    let mut random = Random(7);
    let whole = |random: &mut Random| [None, Some(0.0), Some(1.0), Some(2.0)][random.below(4)];
    let float = |random: &mut Random| {
        [None, Some(0.0), Some(-0.0), Some(f64::NAN), Some(-f64::NAN), Some(1.0)][random.below(6)]
    };
    let flag = |random: &mut Random| [None, Some(true), Some(false)][random.below(3)];
    (0..60)
        .map(|k| Row {
            k,
            numbers: [
                Some(random.below(3) as f64),
                whole(&mut random),
                whole(&mut random),
                float(&mut random),
                float(&mut random),
            ],
            flags: [flag(&mut random), flag(&mut random)],
        })
        .collect()
}

/// The rows as a file, some to a row group, so that there are statistics to prune by.
fn write(folder: &Folder, rows: &[Row]) {
    let whole = |index: usize| -> ArrayRef {
        let values = rows.iter().map(|row| row.numbers[index].map(|x| x as i32));
        Arc::new(values.collect::<Int32Array>())
    };
    let float = |index: usize| -> ArrayRef {
        Arc::new(rows.iter().map(|row| row.numbers[index]).collect::<Float64Array>())
    };
    let flag = |index: usize| -> ArrayRef {
        Arc::new(rows.iter().map(|row| row.flags[index]).collect::<BooleanArray>())
    };
    let k: ArrayRef = Arc::new(rows.iter().map(|row| row.k).collect::<Int32Array>());
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("k", k, false),
        ("m", whole(0), false),
        ("a", whole(1), true),
        ("b", whole(2), true),
        ("f", float(3), true),
        ("g", float(4), true),
        ("p", flag(0), true),
        ("q", flag(1), true),
    ])
    .unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(4)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    folder.write("s/t.parquet", writer.into_inner().unwrap());
}

/// What each condition is in each row, as a projection computes it.
async fn projected(lake: &Lake, conditions: &[Expr<Truth>]) -> Vec<Vec<Truth>> {
    let column = |(i, condition): (usize, &Expr<Truth>)| format!("{} AS v{i}", condition.sql);
    let columns: Vec<_> = conditions.iter().enumerate().map(column).collect();
    let query = format!("SELECT {} FROM s.t ORDER BY k", columns.join(", "));
    let rows = sql(query).fetch_all(lake).await.unwrap();
    let column = |i: usize| rows.iter().map(|row| row.get::<Truth>(i).unwrap()).collect();
    (0..conditions.len()).map(column).collect()
}

/// Of which rows each condition is true, as a WHERE has it.
async fn filtered(lake: &Lake, conditions: &[Expr<Truth>]) -> Vec<Vec<i32>> {
    let mut query = String::new();
    for (i, condition) in conditions.iter().enumerate() {
        let union = if i == 0 { "" } else { " UNION ALL " };
        write!(query, "{union}SELECT {i} AS i, k FROM s.t WHERE {}", condition.sql).unwrap();
    }
    let mut found = vec![Vec::new(); conditions.len()];
    for row in sql(query).fetch_all(lake).await.unwrap() {
        found[row.get::<i32>(0).unwrap() as usize].push(row.get::<i32>(1).unwrap());
    }
    found.iter_mut().for_each(|rows| rows.sort_unstable());
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_mean_what_they_say() {
    let folder = Folder::new();
    let rows = rows();
    write(&folder, &rows);
    let lake = folder.connect().await;
    let mut random = Random(2026);
    let (mut tried, mut wrong) = (0, Vec::new());
    while tried < CONDITIONS {
        let conditions: Vec<_> = (0..IN_A_QUERY).map(|_| truth(&mut random, DEPTH)).collect();
        let projected = projected(&lake, &conditions).await;
        let filtered = filtered(&lake, &conditions).await;
        for ((condition, projected), filtered) in conditions.iter().zip(projected).zip(filtered) {
            let right: Vec<Truth> = rows.iter().map(|row| (condition.of)(row)).collect();
            let kept: Vec<i32> = rows
                .iter()
                .zip(&right)
                .filter(|(_, v)| **v == Some(true))
                .map(|(r, _)| r.k)
                .collect();
            if projected != right {
                let at = projected.iter().zip(&right).position(|(a, b)| a != b);
                let at = at.map(|at| (rows[at].k, projected[at], right[at]));
                wrong.push(format!("SELECT {}: (k, found, right) {at:?}", condition.sql));
            }
            if filtered != kept {
                wrong.push(format!("WHERE {}: {filtered:?} instead of {kept:?}", condition.sql));
            }
        }
        tried += conditions.len();
    }
    wrong.sort_by_key(String::len);
    assert!(wrong.is_empty(), "{} of {tried} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
