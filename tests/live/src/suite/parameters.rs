//! Parameters are values, whatever is in them: 10,000 hostile strings come back
//! unchanged, through raw SQL and through compiled queries, from every position
//! in which a text parameter can stand.

use std::sync::Arc;

use anyhow::Result;
use futures::StreamExt;
use lakequery::chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta};
use lakequery::{Decimal, Lake, Months, query, sql};

use crate::suite::hostile::strings;
use crate::suite::{ALL, Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("parameters: 10,000 hostile strings in raw SQL", ALL, raw),
    case!("parameters: 10,000 hostile strings in compiled queries", ALL, compiled),
    case!("parameters: hostile strings in lists", ALL, lists),
    case!("parameters: values of every type in every position", ALL, types),
    case!("parameters: values of more digits, compared", ALL, compared),
    case!("parameters: the same words twice", ALL, twice),
];

/// How many strings there are.
const COUNT: usize = 10_000;

/// How many go with one raw statement.
const PER_STATEMENT: usize = 50;

async fn raw(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    for batch in strings(COUNT).chunks(PER_STATEMENT) {
        // The embedded engine wants names for columns of equal spelling.
        let places: Vec<_> = (0..batch.len()).map(|i| format!("? AS c{i}")).collect();
        let mut statement = sql(format!("SELECT {}", places.join(", ")));
        for text in batch {
            statement = statement.bind(text.as_str());
        }
        match statement.fetch_one(&lake).await {
            Ok(row) => {
                for (i, text) in batch.iter().enumerate() {
                    unchanged(&mut checks, "SELECT ?", text, row.get::<String>(i));
                }
            }
            Err(error) => checks.check(false, || format!("{batch:?}: {error}")),
        }
    }
    Ok(checks)
}

fn unchanged(checks: &mut Checks, place: &str, sent: &str, came: lakequery::Result<String>) {
    let right = came.as_deref().is_ok_and(|came| came == sent);
    checks.check(right, || match came {
        Ok(came) => format!("{place}\nsent {sent:?}\ncame {came:?}"),
        Err(error) => format!("{place}\nsent {sent:?}\n{error}"),
    });
}

/// How many queries run at once.
const AT_ONCE: usize = 4;

/// The positions that [`place`] puts a text in.
const POSITIONS: usize = 12;

async fn compiled(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    let all = strings(COUNT);
    let mut rows = Vec::new();
    // Every string goes through one position, the first ones (each fragment on
    // its own) through all.
    for (number, batch) in all.chunks(POSITIONS).enumerate() {
        let Ok(texts) = <&[String; POSITIONS]>::try_from(batch) else {
            // The last ones, which were not enough for all positions.
            continue;
        };
        let turns = if number < 6 { POSITIONS } else { 1 };
        for turn in 0..turns {
            let mut texts = texts.clone();
            texts.rotate_left(turn);
            rows.push(texts);
        }
    }
    let answers = rows.into_iter().map(|texts| {
        let lake = lake.clone();
        async move {
            let found = place(&lake, texts.each_ref().map(String::as_str)).await;
            (texts, found)
        }
    });
    // Servers plan for longer than they run.
    let mut answers = futures::stream::iter(answers).buffered(AT_ONCE);
    while let Some((texts, found)) = answers.next().await {
        match found {
            Ok(found) => {
                for (i, (sent, came)) in texts.iter().zip(found).enumerate() {
                    unchanged(&mut checks, &format!("position {i}"), sent, Ok(came));
                }
            }
            Err(error) => checks.check(false, || format!("{texts:?}: {error:#}")),
        }
    }
    Ok(checks)
}

/// Sends each text in another position and gives what came back. Texts in
/// conditions come back because the row came.
async fn place(lake: &Lake, texts: [&str; POSITIONS]) -> Result<[String; POSITIONS]> {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = texts;
    let length = i64::try_from(l.chars().count())? + 1;
    let row = query!(
        SELECT
            CAST({a} AS varchar) AS a!,
            concat({b}, "") AS b!,
            coalesce(nullif(n.n_name, n.n_name), {c}) AS c!,
            CASE WHEN n.n_nationkey = 0 THEN {d} ELSE "" END AS d!,
            CASE CAST({e} AS varchar) WHEN {e} THEN 1 ELSE 0 END AS e,
            (SELECT max(CASE WHEN r.r_regionkey = 0 THEN CAST({f} AS varchar) END) FROM tpch.region AS r) AS f!,
            s.g AS g!
        FROM tpch.nation AS n
        JOIN (SELECT r_regionkey, CAST({g} AS varchar) AS g FROM tpch.region WHERE concat(r_name, {h}) = concat("AFRICA", {h})) AS s
            ON s.r_regionkey = n.n_regionkey AND concat(n.n_name, {i}) = concat(n.n_name, {i})
        WHERE n.n_nationkey = 0
            AND CAST({j} AS varchar) IN ({j}, "other")
            AND CAST({k} AS varchar) BETWEEN {k} AND {k}
            AND length(concat({l}, "x")) = {length}
    )
    .fetch_one(lake)
    .await?;
    anyhow::ensure!(row.e == 1, "the text in CASE … WHEN is not itself");
    let same = str::to_owned;
    Ok([
        row.a,
        row.b,
        row.c,
        row.d,
        same(e),
        row.f,
        row.g,
        same(h),
        same(i),
        same(j),
        same(k),
        same(l),
    ])
}

async fn lists(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    for batch in strings(COUNT).chunks(PER_STATEMENT) {
        let (first, list) = (&batch[0], batch.to_vec());
        let others = batch[1..].to_vec();
        let outcome = query!(
            SELECT n_nationkey FROM tpch.nation
            WHERE n_nationkey = 0 AND CAST({first} AS varchar) IN {list} AND CAST({first} AS varchar) NOT IN {others}
        )
        .fetch_optional(&lake)
        .await;
        checks.check(matches!(outcome, Ok(Some(_))), || match outcome {
            Ok(_) => format!("not found in its list: {first:?}"),
            Err(error) => format!("{batch:?}: {error}"),
        });
    }
    let none: [&str; 0] = [];
    let rows =
        query!(SELECT n_nationkey FROM tpch.nation WHERE n_name IN {none}).fetch_all(&lake).await?;
    checks.check(rows.is_empty(), || "the empty list holds something".into());
    Ok(checks)
}

/// Puts values of a type into a query wherever one can stand. They come back, or
/// the row comes.
macro_rules! everywhere {
    ($checks:ident, $lake:ident, $values:expr, $($ty:tt)+) => {
        for value in $values {
            let list = [value.clone(), value.clone()];
            let rows = query!(
                SELECT
                    CAST({value} AS $($ty)+) AS plain,
                    coalesce({value}, t.v) AS argument,
                    CASE WHEN t.n = 1 THEN {value} ELSE t.v END AS branch,
                    CASE WHEN t.v = {value} THEN 1 ELSE 0 END AS hit,
                    count(*) AS n
                FROM (SELECT CAST({value} AS $($ty)+) AS v, 1 AS n) AS t
                JOIN (SELECT CAST({value} AS $($ty)+) AS w) AS u ON u.w = t.v AND u.w = {value}
                WHERE t.v = {value} AND t.v IN ({value}, {value}) AND t.v IN {list}
                    AND t.v IS NOT DISTINCT FROM {value} AND t.v BETWEEN {value} AND {value}
                    AND NOT t.v <> {value}
                GROUP BY t.v, t.n
                HAVING max(t.v) = {value}
                ORDER BY n LIMIT 1
            )
            .fetch_all(&$lake)
            .await;
            let right = matches!(&rows, Ok(rows) if matches!(&rows[..], [row] if row.plain == value
                && row.argument == value && row.branch == value && row.hit == 1 && row.n == 1));
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

async fn types(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    everywhere!(checks, lake, [true, false], boolean);
    everywhere!(checks, lake, [i8::MIN, -1, 0, i8::MAX], tinyint);
    everywhere!(checks, lake, [i16::MIN, -1, 0, i16::MAX], smallint);
    everywhere!(checks, lake, [i32::MIN, -1, 0, i32::MAX], integer);
    everywhere!(checks, lake, [i64::MIN, -1, 0, i64::MAX], bigint);
    everywhere!(checks, lake, [f32::MIN, -0.1, 0.0, 16_777_217.0, f32::MAX], real);
    let doubles = [f64::MIN, -0.1, 0.0, 1e-7, 123_456_789.125, 9_007_199_254_740_993.0, f64::MAX];
    everywhere!(checks, lake, doubles, double);
    let decimals = ["0", "-0.01", "123.45", "-999.99"].map(str::parse::<Decimal>);
    everywhere!(checks, lake, decimals.into_iter().collect::<Result<Vec<_>, _>>()?, decimal(5, 2));
    let decimals = ["9999999999999999999999999999.9999999999", "-0.0000000001"];
    let decimals =
        decimals.map(str::parse::<Decimal>).into_iter().collect::<Result<Vec<_>, _>>()?;
    everywhere!(checks, lake, decimals, decimal(38, 10));
    everywhere!(checks, lake, ["", " ", "'", "\\", "日本語 😀"].map(str::to_owned), varchar);
    everywhere!(checks, lake, [vec![], vec![0], vec![0x27, 0x5c, 0xff]], varbinary);
    let days = ["0001-01-01", "1582-10-04", "1969-12-31", "2024-02-29", "9999-12-31"];
    let days = days.map(str::parse::<NaiveDate>).into_iter().collect::<Result<Vec<_>, _>>()?;
    everywhere!(checks, lake, days, date);
    let moments = ["1582-10-15T00:00:00.001", "1969-12-31T23:59:59.999", "9999-12-31T23:59:59.999"];
    let moments = moments.map(str::parse::<NaiveDateTime>).into_iter();
    everywhere!(checks, lake, moments.collect::<Result<Vec<_>, _>>()?, timestamp(3));
    let instants = ["1969-12-31T23:59:59.999+02:00", "2024-02-29T01:02:03.004Z"];
    let instants = instants.map(str::parse::<DateTime<FixedOffset>>).into_iter();
    let instants = instants.collect::<Result<Vec<_>, _>>()?;
    everywhere!(checks, lake, instants, timestamp(3) with time zone);
    counts(&lake, &mut checks).await?;
    Ok(checks)
}

/// What is only compared may have more digits than what it is compared with.
async fn compared(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    let decimal = |text: &str| text.parse::<Decimal>();
    let (low, high) = (decimal("1.2299")?, decimal("1.2301")?);
    let (between, equal, huge) =
        (decimal("1.234")?, decimal("1.2300")?, decimal("100000000000000000000")?);
    let list = [decimal("1.230")?, decimal("0.0001")?];
    let row = query!(
        SELECT count_if(x > {between}) AS greater, count_if(x = {equal}) AS equal,
            count_if(x BETWEEN {low} AND {high}) AS within, count_if(x IN {list}) AS listed,
            count_if(x < {huge}) AS less, count_if(x IS DISTINCT FROM {between}) AS distinct_from,
            count_if({between} IS NULL OR x >= {between}) AS given, count_if(x < {1_000_i64}) AS whole
        FROM (VALUES DECIMAL "1.23", DECIMAL "1.24") AS t(x)
    );
    let row = row.fetch_one(&lake).await?;
    let found = (row.greater, row.equal, row.within, row.listed, row.less);
    checks.check(found == (1, 1, 1, 1, 2), || format!("decimals gave {row:?}"));
    let found = (row.distinct_from, row.given, row.whole);
    checks.check(found == (2, 1, 2), || format!("decimals gave {row:?}"));
    let at = "2024-01-01T00:00:00.123456".parse::<NaiveDateTime>()?;
    let row = query!(
        SELECT count_if(x < {at}) AS before, count_if(x > {at}) AS after, count_if(x = {at}) AS at
        FROM (
            VALUES TIMESTAMP "2024-01-01 00:00:00.123", TIMESTAMP "2024-01-01 00:00:00.124"
        ) AS t(x)
    );
    match row.fetch_one(&lake).await {
        // It has milliseconds only, and says so.
        Err(error) if site.engine == lakequery_types::Engine::Presto => {
            checks.check(error.is_parameter(), || error.to_string());
        }
        row => {
            let row = row?;
            let right = (row.before, row.after, row.at) == (1, 1, 0);
            checks.check(right, || format!("timestamps gave {row:?}"));
        }
    }
    let error = query!(SELECT n_name FROM tpch.nation WHERE n_nationkey = {u64::MAX});
    let error = error.fetch_all(&lake).await.err();
    checks.check(error.as_ref().is_some_and(lakequery::Error::is_parameter), || {
        format!("a u64 that is too large gave {error:?}")
    });
    Ok(checks)
}

/// Two variables of one name, one of which comes from outside.
macro_rules! either {
    ($key:ident) => {{
        let key = 2_i64;
        query!(SELECT n_nationkey FROM tpch.nation WHERE n_nationkey = {$key} OR n_nationkey = {key})
    }};
}

/// The same words are one type, and to GROUP BY one expression.
async fn twice(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    for (name, expected) in [(None, 25), (Some("FRANCE"), 1), (Some("france"), 0)] {
        let row = query!(
            SELECT count(*) AS n FROM tpch.nation WHERE {name} IS NULL OR n_name = {name}
        );
        let n = row.fetch_one(&lake).await?.n;
        checks.check(n == expected, || format!("{name:?} gave {n} rows"));
    }
    let (other, least, page) = ("it's", 5, 3_usize);
    let rows = query!(
        SELECT upper(if(n_regionkey < 3, n_name, {other})) AS shown,
            if(n_regionkey < 3, n_name, {other}) AS name, count(*) AS n
        FROM tpch.nation
        GROUP BY if(n_regionkey < 3, n_name, {other})
        HAVING count(*) > {least} AND if(n_regionkey < 3, n_name, {other}) > "A"
        ORDER BY if(n_regionkey < 3, n_name, {other}) LIMIT {page}
    );
    let rows = rows.fetch_all(&lake).await?;
    let found: Vec<_> = rows.iter().map(|row| (&*row.shown, &*row.name, row.n)).collect();
    checks.check(found == [("IT'S", "it's", 10)], || format!("GROUP BY gave {found:?}"));
    let rows = query!(
        SELECT n_nationkey % {least} AS rest, count(*) AS n FROM tpch.nation GROUP BY 1 ORDER BY rest
    );
    let rows = rows.fetch_all(&lake).await?;
    let found: Vec<_> = rows.iter().map(|row| (row.rest, row.n)).collect();
    let expected = [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5)];
    checks.check(found == expected, || format!("GROUP BY 1 gave {found:?}"));
    let key = 1_i64;
    let mut found: Vec<i64> =
        either!(key).fetch_all(&lake).await?.iter().map(|row| row.n_nationkey).collect();
    found.sort_unstable();
    checks.check(found == [1, 2], || format!("two variables of one name gave {found:?}"));
    Ok(checks)
}

/// LIMIT and OFFSET, NULLs, and lists in both directions.
async fn counts(lake: &Lake, checks: &mut Checks) -> Result<()> {
    for (limit, offset) in [(3_i64, 0_i64), (0, 2), (2, 24), (100, 20)] {
        let keys = query!(
            SELECT n_nationkey FROM tpch.nation ORDER BY n_nationkey LIMIT {limit} OFFSET {offset}
        );
        let keys: Vec<i64> =
            keys.fetch_all(lake).await?.into_iter().map(|row| row.n_nationkey).collect();
        let expected: Vec<i64> = (offset..(offset + limit).min(25)).collect();
        checks.check(keys == expected, || format!("LIMIT {limit} OFFSET {offset} gave {keys:?}"));
    }
    for (months, time) in [(0, 0), (14, 86_400_000), (-13, -90_061_001)] {
        let (months, time) = (Months(months), TimeDelta::milliseconds(time));
        let row = query!(
            SELECT coalesce({months}, INTERVAL "1" MONTH) AS months, coalesce({time}, INTERVAL "1" DAY) AS time
        );
        let row = row.fetch_one(lake).await?;
        checks.check((row.months, row.time) == (months, time), || {
            format!("{months} {time} gave {row:?}")
        });
    }
    let none: Option<i64> = None;
    let row = query!(
        SELECT count(*) AS n, count_if(n_regionkey IS DISTINCT FROM {none}) AS distinct_from,
            count_if(coalesce({none}, n_regionkey) = 0) AS coalesced
        FROM tpch.nation WHERE n_regionkey = {none} OR n_regionkey < 2
    );
    let row = row.fetch_one(lake).await?;
    checks.check((row.n, row.distinct_from, row.coalesced) == (10, 10, 5), || {
        format!("NULL as a parameter gave {row:?}")
    });
    let (some, no): (Vec<i64>, [i64; 0]) = (vec![1, 2, 2], []);
    let row = query!(
        SELECT count(*) AS n FROM tpch.nation
        WHERE n_regionkey IN {some} AND n_regionkey NOT IN {no} AND NOT n_regionkey IN {no}
    );
    let n = row.fetch_one(lake).await?.n;
    checks.check(n == 10, || format!("lists gave {n} rows"));
    Ok(())
}
