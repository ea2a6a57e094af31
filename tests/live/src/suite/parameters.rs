//! Parameters are values, whatever is in them: 10,000 hostile strings come back
//! unchanged, through raw SQL and through compiled queries, from every position
//! in which a text parameter can stand.

use std::sync::Arc;

use anyhow::Result;
use lakequery::{Lake, query, sql};

use crate::suite::hostile::strings;
use crate::suite::{ALL, Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("parameters: 10,000 hostile strings in raw SQL", ALL, raw),
    case!("parameters: 10,000 hostile strings in compiled queries", ALL, compiled),
    case!("parameters: hostile strings in lists", ALL, lists),
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

/// The positions that [`place`] puts a text in.
const POSITIONS: usize = 12;

async fn compiled(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    // Every string goes through one position, the first ones (each fragment on
    // its own) through all.
    for (number, batch) in strings(COUNT).chunks(POSITIONS).enumerate() {
        let Ok(texts) = <&[String; POSITIONS]>::try_from(batch) else {
            // The last ones, which were not enough for all positions.
            continue;
        };
        let turns = if number < 6 { POSITIONS } else { 1 };
        for turn in 0..turns {
            let mut texts: [&str; POSITIONS] = texts.each_ref().map(String::as_str);
            texts.rotate_left(turn);
            match place(&lake, texts).await {
                Ok(found) => {
                    for (i, (sent, came)) in texts.into_iter().zip(found).enumerate() {
                        unchanged(&mut checks, &format!("position {i}"), sent, Ok(came));
                    }
                }
                Err(error) => checks.check(false, || format!("{texts:?}: {error:#}")),
            }
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
