//! Spark's other transports, each with a server of its own.

use std::sync::Arc;

use anyhow::{Context, Result};
use lakequery::{Engine, sql};
use lakequery_engines::{Server, Transport, run_folder};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use crate::fleet::target_folder;
use crate::isolated::{self, Part};
use crate::running::running;
use crate::secrets::{PLANTED_PASSWORD, PLANTED_TOKEN};
use crate::suite::{Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("transport: binary without SASL", &[Engine::Spark], no_sasl),
    case!("transport: binary over TLS", &[Engine::Spark], tls),
    case!("transport: HTTP", &[Engine::Spark], http),
    case!("transport: HTTPS", &[Engine::Spark], https),
];

async fn no_sasl(_: Arc<Site>) -> Result<Checks> {
    with(Transport::NoSasl).await
}

async fn tls(_: Arc<Site>) -> Result<Checks> {
    with(Transport::Tls).await
}

async fn http(site: Arc<Site>) -> Result<Checks> {
    alone(&site, Part::Http).await
}

async fn https(site: Arc<Site>) -> Result<Checks> {
    alone(&site, Part::Https).await
}

async fn alone(site: &Site, part: Part) -> Result<Checks> {
    let found = isolated::run(part, &site.transcript).await?;
    let checked = found["checked"].as_u64().context("it did not say what it checked")?;
    let [wrong, notes] = ["wrong", "notes"].map(|name| isolated::texts(&found, name));
    Ok(Checks { checked, wrong, notes })
}

/// The part of a case that has a network of its own.
pub(crate) async fn over(transport: Transport) -> Result<Value> {
    let Checks { checked, wrong, notes } = with(transport).await?;
    Ok(json!({ "checked": checked, "wrong": wrong, "notes": notes }))
}

/// Starts a server and does there what any transport must let a client do.
async fn with(transport: Transport) -> Result<Checks> {
    let folder = run_folder(&target_folder()?.join("live"))?;
    let server = spawn_blocking(move || Server::start_spark(transport, &folder)).await??;
    let mut checks = Checks::default();
    queries(&server, &mut checks).await?;
    drops(&server, &mut checks).await?;
    refusals(&server, transport, &mut checks).await?;
    Ok(checks)
}

async fn queries(server: &Server, checks: &mut Checks) -> Result<()> {
    use lakequery::Value::{Array, BigInt, Null};

    let lake = lakequery::connect(&server.url).await?;
    let text =
        "SELECT id, repeat('é', 20) AS text, array(id, NULL) AS ids FROM range(0, 20000, 1, 4)";
    for _ in 0..2 {
        let rows = sql(text).fetch_all(&lake).await?;
        checks.check(rows.len() == 20_000, || format!("{} rows of 20000", rows.len()));
        for (row, id) in rows.iter().zip(0_i64..) {
            let expected = Array(vec![BigInt(id), Null]);
            let right = row.get::<i64>(0)? == id
                && row.get::<String>(1)? == "é".repeat(20)
                && row.get::<lakequery::Value>(2)? == expected;
            checks.check(right, || format!("row {id} is another"));
        }
    }
    // What a statement sets holds for those after it.
    sql("CREATE TEMPORARY VIEW kept AS SELECT 7 AS seven").execute(&lake).await?;
    let many = (0..8).map(|_| sql("SELECT seven FROM kept").fetch_one(&lake));
    for row in futures::future::join_all(many).await {
        checks.check(row?.get::<i32>(0)? == 7, || "a view is another".into());
    }
    let error = sql("SELECT nope FROM kept").fetch_all(&lake).await;
    let right = error.as_ref().is_err_and(|error| error.to_string().contains("UNRESOLVED_COLUMN"));
    checks.check(right, || format!("a query that is refused: {error:?}"));
    Ok(())
}

async fn drops(server: &Server, checks: &mut Checks) -> Result<()> {
    let lake = lakequery::connect(&server.url).await?;
    let slow = "SELECT /* drops */ a.id FROM range(0, 50000, 1, 10000) a CROSS JOIN range(2000) b";
    let mut rows = sql(slow).fetch(&lake);
    rows.next().await.context("no first row")??;
    checks.check(!running(server, "drops")?.is_empty(), || "the query is not to be seen".into());
    drop(rows);
    for _ in 0..200 {
        if running(server, "drops")?.is_empty() {
            checks.check(true, String::new);
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    checks.check(false, || "a dropped query runs on".into());
    Ok(())
}

/// The server is spoken to in other ways than its own.
async fn refusals(server: &Server, transport: Transport, checks: &mut Checks) -> Result<()> {
    let place = format!("spark://tester:{PLANTED_PASSWORD}@{}", server.address);
    let (_, own) = server.url.split_once('?').context("the URL has no parameters")?;
    let token = format!("spark://{}/?{own}&access_token={PLANTED_TOKEN}", server.address);
    let all: &[(String, &str)] = match transport {
        Transport::NoSasl => &[
            (format!("{place}/?timeout=5"), "auth=NOSASL"),
            (format!("{place}/?transport=http&timeout=5"), ""),
        ],
        Transport::Tls => &[
            (format!("{place}/?timeout=5"), "`ssl`"),
            (format!("{place}/?ssl=true&timeout=5"), "verify="),
        ],
        Transport::Http => &[
            (format!("{place}/?{own}&http_path=elsewhere"), "http_path"),
            (format!("{place}/?timeout=5"), "transport"),
            (token, "no TLS that would keep it secret"),
        ],
        Transport::Https => &[
            (token, "refused"),
            (format!("{place}/?transport=http&ssl=true"), "verify="),
            (format!("{place}/?transport=http"), ""),
        ],
        Transport::Binary => &[],
    };
    for (url, word) in all {
        let outcome = lakequery::connect(url).await;
        let shown = format!(
            "{outcome:?} {}",
            outcome.as_ref().err().map_or(String::new(), ToString::to_string)
        );
        let secret = shown.contains(PLANTED_PASSWORD) || shown.contains(PLANTED_TOKEN);
        let right = outcome.is_err_and(|error| !error.is_internal()) && shown.contains(word);
        checks.check(right && !secret, || {
            // Without the URL, which has the secret.
            format!(
                "expected an error with `{word}`, found: {}",
                if secret { "a secret" } else { &shown }
            )
        });
    }
    Ok(())
}
