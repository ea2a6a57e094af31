//! Spark's other transports, each with a server of its own.
//!
//! Over HTTP such a server listens on every address. It and its client run where
//! there is no network but loopback: in a namespace that `unshare` makes, in
//! which this program runs itself again.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use lakequery::{Engine, Value, sql};
use lakequery_engines::{Server, Transport, run_folder};
use serde_json::{Value as Json, json};
use tokio::process::Command;
use tokio::task::spawn_blocking;

use crate::fleet::target_folder;
use crate::measure;
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
    alone(&site, "http").await
}

async fn https(site: Arc<Site>) -> Result<Checks> {
    alone(&site, "https").await
}

/// Runs [`isolated`] in a namespace of its own and hands on what that found.
async fn alone(site: &Site, transport: &str) -> Result<Checks> {
    let up = "ip link set lo up && exec \"$0\" \"$@\"";
    let output = Command::new("unshare")
        .args(["--net", "--", "sh", "-c", up])
        .arg(measure::program())
        .args(["isolated", transport])
        .kill_on_drop(true)
        .output()
        .await
        .context("no network of its own can be made: there is no `unshare`")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    site.transcript.note(&said);
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("in a network of its own (`unshare --net`, as root): {}", why.trim());
    }
    let last = said.lines().last().context("it said nothing")?;
    let found: Json = serde_json::from_str(last).context("it said something else")?;
    let texts = |name: &str| -> Vec<String> {
        let all = found[name].as_array().into_iter().flatten();
        all.filter_map(|text| Some(text.as_str()?.to_owned())).collect()
    };
    let checked = found["checked"].as_u64().context("it did not say what it checked")?;
    Ok(Checks { checked, wrong: texts("wrong"), notes: texts("notes") })
}

/// The part of a case that has a network of its own.
pub(crate) async fn isolated(transport: &str) -> Result<ExitCode> {
    let routes = std::fs::read_to_string("/proc/net/route").context("needs Linux")?;
    ensure!(routes.lines().count() <= 1, "there is a network, and this server would listen on it");
    let transport = match transport {
        "no-sasl" => Transport::NoSasl,
        "tls" => Transport::Tls,
        "http" => Transport::Http,
        "https" => Transport::Https,
        other => bail!("there is no transport `{other}` to isolate"),
    };
    let Checks { checked, wrong, notes } = with(transport).await?;
    println!("{}", json!({ "checked": checked, "wrong": wrong, "notes": notes }));
    Ok(ExitCode::SUCCESS)
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
    let lake = lakequery::connect(&server.url).await?;
    let text =
        "SELECT id, repeat('é', 20) AS text, array(id, NULL) AS ids FROM range(0, 20000, 1, 4)";
    for _ in 0..2 {
        let rows = sql(text).fetch_all(&lake).await?;
        checks.check(rows.len() == 20_000, || format!("{} rows of 20000", rows.len()));
        for (row, id) in rows.iter().zip(0_i64..) {
            let expected = Value::Array(vec![Value::BigInt(id), Value::Null]);
            let right = row.get::<i64>(0)? == id
                && row.get::<String>(1)? == "é".repeat(20)
                && row.get::<Value>(2)? == expected;
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
