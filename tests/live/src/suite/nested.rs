//! Arrays, maps and rows as parameters: values of every type in them come back as they went,
//! with NULL and with nothing in them, into Rust's lists, maps, tuples and structs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use anyhow::Result;
use lakequery::chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use lakequery::{Decimal, Lake, SqlRow, query};

use crate::suite::hostile::strings;
use crate::suite::{ALL, Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("nested parameters: arrays", ALL, arrays),
    case!("nested parameters: maps", ALL, maps),
    case!("nested parameters: rows", ALL, rows),
    case!("nested parameters: hostile strings", ALL, hostile),
];

/// Puts values of a nested type where parameters can stand. They come back, or the row comes.
macro_rules! everywhere {
    ($checks:ident, $lake:ident, $rust:ty, $values:expr, $($ty:tt)+) => {
        for value in $values {
            let (value, none): ($rust, Option<$rust>) = (value, None);
            let rows = query!(
                SELECT
                    CAST({value} AS $($ty)+) AS plain: $rust,
                    coalesce({none}, {value}, t.v) AS argument: $rust,
                    CASE WHEN t.n = 1 THEN {value} ELSE t.v END AS branch: $rust,
                    ARRAY[{value}, t.v][t.n] AS element: $rust
                FROM (SELECT CAST({value} AS $($ty)+) AS v, 1 AS n) AS t
                WHERE coalesce({value}, t.v) IS NOT NULL
            )
            .fetch_all(&$lake)
            .await;
            let right = matches!(&rows, Ok(rows) if matches!(&rows[..], [row] if
                [&row.plain, &row.argument, &row.branch, &row.element]
                    .iter()
                    .all(|came| **came == value)));
            $checks.check(right, || {
                let ty = stringify!($($ty)+);
                match &rows {
                    Ok(rows) => format!("{value:?} as {ty} came as {rows:?}"),
                    Err(error) => format!("{value:?} as {ty}: {error}"),
                }
            });
        }
    };
}

async fn arrays(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    everywhere!(
        checks,
        lake,
        Vec<Option<bool>>,
        [vec![], vec![None], vec![Some(true), None]],
        array(boolean)
    );
    everywhere!(checks, lake, Vec<Option<i8>>, [vec![Some(i8::MIN), None]], array(tinyint));
    everywhere!(checks, lake, Vec<i64>, [vec![], vec![i64::MIN, 0, i64::MAX]], array(bigint));
    let doubles = [vec![f64::MIN, -0.1, f64::INFINITY, 5e-324], vec![f64::NEG_INFINITY]];
    everywhere!(checks, lake, Vec<f64>, doubles, array(double));
    everywhere!(checks, lake, Vec<Option<f32>>, [vec![Some(f32::MAX), None]], array(real));
    let decimals = ["99999999999999999999999999999.999999999", "-0.000000001", "0.1"];
    let decimals: Vec<Decimal> = decimals.into_iter().map(str::parse).collect::<Result<_, _>>()?;
    everywhere!(checks, lake, Vec<Decimal>, [decimals.clone(), vec![]], array(decimal(38, 9)));
    let texts = ["", " ", "'", "\\", "日本語 😀"].map(|text| Some(text.to_owned()));
    let texts = texts.into_iter().chain([None]).collect();
    everywhere!(checks, lake, Vec<Option<String>>, [texts, vec![]], array(varchar));
    let bytes = vec![vec![], vec![0], vec![0x27, 0x5c, 0xff]];
    everywhere!(checks, lake, Vec<Vec<u8>>, [bytes], array(varbinary));
    let days = ["0001-01-01", "1582-10-04", "9999-12-31"].map(str::parse::<NaiveDate>);
    let days: Vec<NaiveDate> = days.into_iter().collect::<Result<_, _>>()?;
    everywhere!(checks, lake, Vec<NaiveDate>, [days.clone()], array(date));
    let moments = ["1582-10-15T00:00:00.001", "9999-12-31T23:59:59.999"];
    let moments: Vec<NaiveDateTime> =
        moments.into_iter().map(str::parse).collect::<Result<_, _>>()?;
    everywhere!(checks, lake, Vec<NaiveDateTime>, [moments], array(timestamp(3)));
    let instants = ["1969-12-31T23:59:59.999+02:00", "2024-02-29T01:02:03.004Z"];
    let instants: Vec<DateTime<FixedOffset>> =
        instants.into_iter().map(str::parse).collect::<Result<_, _>>()?;
    everywhere!(checks, lake, Vec<DateTime<FixedOffset>>, [instants],
        array(timestamp(3) with time zone));
    let deep = vec![Some(vec![]), None, Some(vec![Some(days), None])];
    everywhere!(
        checks,
        lake,
        Vec<Option<Vec<Option<Vec<NaiveDate>>>>>,
        [deep],
        array(array(array(date)))
    );
    nan(&lake, &mut checks).await?;
    Ok(checks)
}

/// NaN is not itself in Rust.
async fn nan(lake: &Lake, checks: &mut Checks) -> Result<()> {
    let value = HashMap::from([("a", vec![Some(f64::NAN), None])]);
    let row = query!(
        SELECT CAST({value} AS map(varchar, array(double))) AS v: HashMap<String, Vec<Option<f64>>>
    );
    let came = row.fetch_one(lake).await?.v;
    let right = matches!(&came["a"][..], [Some(nan), None] if nan.is_nan());
    checks.check(right, || format!("NaN came as {came:?}"));
    Ok(())
}

async fn maps(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    let counts = HashMap::from([("".to_owned(), Some(1)), ("it's".to_owned(), None)]);
    everywhere!(checks, lake, HashMap<String, Option<i64>>, [counts, HashMap::new()],
        map(varchar, bigint));
    let keys = BTreeMap::from([(i64::MIN, vec![]), (0, vec![true, false])]);
    everywhere!(checks, lake, BTreeMap<i64, Vec<bool>>, [keys, BTreeMap::new()],
        map(bigint, array(boolean)));
    let price: Decimal = "12.30".parse()?;
    let day: NaiveDate = "2024-02-29".parse()?;
    let prices = BTreeMap::from([(day, Some(price)), (NaiveDate::default(), None)]);
    everywhere!(checks, lake, BTreeMap<NaiveDate, Option<Decimal>>, [prices.clone()],
        map(date, decimal(5, 2)));
    let nested = HashMap::from([(true, Some(prices)), (false, None)]);
    everywhere!(checks, lake, HashMap<bool, Option<BTreeMap<NaiveDate, Option<Decimal>>>>, [nested],
        map(boolean, map(date, decimal(5, 2))));
    Ok(checks)
}

/// A row of scalars.
#[derive(SqlRow, Clone, Debug, PartialEq)]
struct Spot {
    x: Option<f64>,
    #[lake(field = "Label")]
    name: Option<String>,
    on: Option<NaiveDate>,
}

/// A row of nested values, and of rows.
#[derive(SqlRow, Clone, Debug, PartialEq)]
struct Shelf {
    spots: Option<Vec<Spot>>,
    named: Option<HashMap<String, Option<Spot>>>,
    first: Option<Spot>,
    pair: Option<(Option<i32>, Option<Vec<String>>)>,
}

async fn rows(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    let spot = |x, name: &str| Spot {
        x: Some(x),
        name: Some(name.to_owned()),
        on: Some(NaiveDate::default()),
    };
    let (full, empty) = (spot(-0.5, "it's"), Spot { x: None, name: None, on: None });
    everywhere!(checks, lake, Spot, [full.clone(), empty.clone()],
        row(x double, label varchar, r#on date));
    let tuple = (Some(1.5), Some(String::new()), None);
    everywhere!(checks, lake, (Option<f64>, Option<String>, Option<NaiveDate>), [tuple],
        row(x double, label varchar, r#on date));
    everywhere!(
        checks,
        lake,
        (Option<i64>, Option<String>),
        [(Some(i64::MAX), None), (None, None)],
        row(bigint, varchar)
    );
    everywhere!(checks, lake, Vec<Option<Spot>>, [vec![], vec![Some(full.clone()), None]],
        array(row(x double, label varchar, r#on date)));
    let shelf = Shelf {
        spots: Some(vec![empty.clone(), full.clone()]),
        named: Some(HashMap::from([("a".to_owned(), Some(full)), ("b".to_owned(), None)])),
        first: Some(empty),
        pair: Some((Some(i32::MIN), Some(vec!["'".to_owned()]))),
    };
    let none = Shelf { spots: None, named: None, first: None, pair: None };
    let bare = Shelf {
        spots: Some(vec![]),
        named: Some(HashMap::new()),
        first: None,
        pair: Some((None, Some(vec![]))),
    };
    everywhere!(checks, lake, Shelf, [shelf, none, bare],
        row(spots array(row(x double, label varchar, r#on date)),
            named map(varchar, row(x double, label varchar, r#on date)),
            first row(x double, label varchar, r#on date), pair row(integer, array(varchar))));
    Ok(checks)
}

/// How many strings there are, and how many go with one query.
const COUNT: usize = 2_000;
const PER_QUERY: usize = 100;

async fn hostile(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    for batch in strings(COUNT).chunks(PER_QUERY) {
        let list = batch.to_vec();
        let map: BTreeMap<&String, &String> = batch.iter().zip(batch).collect();
        let row = Spot { x: None, name: Some(batch[0].clone()), on: None };
        let found = query!(
            SELECT CAST({list} AS array(varchar)) AS list: Vec<String>,
                CAST({map} AS map(varchar, varchar)) AS map: BTreeMap<String, String>,
                CAST({row} AS row(x double, label varchar, r#on date)) AS row: Spot
        )
        .fetch_one(&lake)
        .await;
        let right = matches!(&found, Ok(found) if found.list == list
            && found.map.iter().eq(map.clone())
            && found.row == row);
        checks.check(right, || match &found {
            Ok(found) => format!("sent {batch:?}\ncame {found:?}"),
            Err(error) => format!("{batch:?}: {error}"),
        });
    }
    Ok(checks)
}
