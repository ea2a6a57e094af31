//! What goes wrong at the door: each is an error of the right kind that says
//! what to do, and soon.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use lakequery::{Engine, Error, query, sql};

use crate::secrets::{PLANTED_PASSWORD, PLANTED_TOKEN};
use crate::suite::{Case, Checks, SERVERS, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("bad input: wrong passwords and tokens", &[Engine::Trino], sign_in),
    case!("bad input: tokens and certificates of clients", &[Engine::Trino], identities),
    case!("bad input: certificates that are not trusted", &[Engine::Trino], certificates),
    case!("bad input: a server of the wrong kind", SERVERS, wrong_kind),
    case!("bad input: nobody listens", SERVERS, nobody),
    case!("bad input: unknown parameters of URLs", SERVERS, parameters),
    case!("bad input: other columns than compiled", &[Engine::Trino], other_columns),
    case!("bad input: what the server refuses", SERVERS, refused),
];

/// How long an error may take to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// The error of connecting and asking for one row, if there is one in time.
async fn error_of(url: &str) -> Result<Error, String> {
    let work = async {
        let lake = lakequery::connect(url).await?;
        sql("SELECT 1 AS one").fetch_one(&lake).await
    };
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Err(error)) => Ok(error),
        Ok(Ok(_)) => Err("there is no error".into()),
        Err(_) => Err(format!("there is no error within {PATIENCE:?}")),
    }
}

/// Holds the error of a URL against words that its text must have.
async fn expect(checks: &mut Checks, site: &Site, what: &str, url: &str, words: &[&str]) {
    let outcome = error_of(url).await;
    let text = match &outcome {
        Ok(error) => format!("{error}\n{error:?}"),
        Err(text) => text.clone(),
    };
    site.transcript.note(&text);
    let right = outcome.is_ok_and(|error| !error.is_internal())
        && words.iter().all(|word| text.to_lowercase().contains(&word.to_lowercase()));
    checks.check(right, || format!("{what}: expected words {words:?}, found: {text}"));
}

async fn sign_in(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let server = site.server()?;
    let Some(secure) = &server.secure else { anyhow::bail!("the server has no TLS") };
    let place = format!("{}/hive?verify={}", secure.address, secure.certificate.display());
    let good = format!("trinos://{}:{}@{place}", secure.user, secure.password);
    let lake = lakequery::connect(&good).await?;
    let row = sql("SELECT current_user AS name").fetch_one(&lake).await?;
    checks.check(row.get::<String>(0)? == secure.user, || "signed in as somebody else".into());

    let wrong = format!("trinos://{}:{PLANTED_PASSWORD}@{place}", secure.user);
    expect(&mut checks, &site, "a wrong password", &wrong, &["password"]).await;
    let token = format!("trinos://{place}&access_token={PLANTED_TOKEN}");
    expect(&mut checks, &site, "a wrong token", &token, &["token"]).await;
    let plain = format!("trino://{}:{PLANTED_PASSWORD}@{}/hive", secure.user, server.address);
    expect(&mut checks, &site, "a password without TLS", &plain, &["trinos"]).await;
    Ok(checks)
}

async fn identities(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let server = site.server()?;
    let Some(secure) = &server.secure else { anyhow::bail!("the server has no TLS") };
    let place = format!("{}/hive?verify={}", secure.address, secure.certificate.display());
    let [known, stranger] = secure.identities.each_ref().map(|identity| {
        format!("cert={}&key={}", identity.certificate.display(), identity.key.display())
    });
    for (what, url) in [
        ("a token", format!("trinos://{place}&access_token={}", secure.token)),
        ("a certificate", format!("trinos://{place}&{known}")),
        ("a certificate and a user", format!("trinos://{}@{place}&{known}", secure.user)),
    ] {
        let lake = lakequery::connect(&url).await?;
        let row = sql("SELECT current_user AS name").fetch_one(&lake).await?;
        let name: String = row.get(0)?;
        checks.check(name == secure.user, || format!("{what}: signed in as {name}"));
    }
    // The same token, signed by nobody.
    let (signed, _) = secure.token.rsplit_once('.').context("no signature")?;
    let forged = format!("trinos://{place}&access_token={signed}.{PLANTED_TOKEN}");
    expect(&mut checks, &site, "a forged token", &forged, &["refused to sign", "token"]).await;
    let unknown = format!("trinos://{place}&{stranger}");
    expect(&mut checks, &site, "a stranger's certificate", &unknown, &["certificate"]).await;
    let other = format!("trinos://somebody@{place}&{stranger}");
    expect(&mut checks, &site, "a stranger's name", &other, &["certificate"]).await;
    // A key that is another certificate's.
    let [one, two] = &secure.identities;
    let mixed = format!("cert={}&key={}", one.certificate.display(), two.key.display());
    let mixed = format!("trinos://{place}&{mixed}");
    expect(&mut checks, &site, "another one's key", &mixed, &["key"]).await;
    let nobody = format!("trinos://{}@{place}", secure.user);
    expect(&mut checks, &site, "nothing to sign in with", &nobody, &["sign"]).await;
    Ok(checks)
}

async fn certificates(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let server = site.server()?;
    let Some(secure) = &server.secure else { anyhow::bail!("the server has no TLS") };
    let user = format!("trinos://{}:{PLANTED_PASSWORD}", secure.user);
    let untrusted = format!("{user}@{}/hive", secure.address);
    expect(&mut checks, &site, "an untrusted certificate", &untrusted, &["certificate"]).await;
    let no_tls = format!("{user}@{}/hive", server.address);
    expect(&mut checks, &site, "a server without TLS", &no_tls, &["TLS"]).await;
    let missing = format!("{user}@{}/hive?verify=/no/such/file.pem", secure.address);
    expect(&mut checks, &site, "no such file", &missing, &["/no/such/file.pem"]).await;
    let tls = format!("trino://{}@{}/hive", secure.user, secure.address);
    expect(&mut checks, &site, "a server with TLS only", &tls, &[]).await;
    Ok(checks)
}

async fn wrong_kind(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let own = site.server()?.address.to_string();
    for other in SERVERS {
        if let Some(server) = site.fleet.server(*other).filter(|_| *other != site.engine) {
            let url = site.url()?.replace(&own, &server.address.to_string());
            let what = format!("the server is {other}'s");
            expect(&mut checks, &site, &what, &url, &[site.engine.name()]).await;
        }
    }
    if checks.checked == 0 {
        // Only one server is up: a port that belongs to no query engine.
        let storage = std::net::TcpListener::bind("127.0.0.1:0")?;
        let address = storage.local_addr()?;
        let answers = std::thread::spawn(move || {
            use std::io::Write;
            for stream in storage.incoming().flatten().take(3) {
                let _ = (&stream).write_all(b"220 mail.example ESMTP\r\n");
            }
        });
        let url = site.url()?.replace(&own, &address.to_string());
        expect(&mut checks, &site, "a mail server", &url, &[site.engine.name()]).await;
        drop(answers);
    }
    Ok(checks)
}

async fn nobody(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let free: SocketAddr = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let own = site.server()?.address.to_string();
    let url = site.url()?.replace(&own, &free.to_string());
    let port = free.port().to_string();
    expect(&mut checks, &site, "nobody listens", &url, &["127.0.0.1", &port]).await;
    let url = site.url()?.replace(&own, "no-such-host.invalid:1");
    expect(&mut checks, &site, "no such host", &url, &["no-such-host.invalid"]).await;
    Ok(checks)
}

async fn parameters(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let url = site.url()?;
    // The nearest one is suggested.
    let (unknown, nearest) = match site.engine {
        Engine::Spark => ("transportt", "transport"),
        _ => ("sourcee", "source"),
    };
    let words = [unknown, nearest];
    let unknown = format!("{url}?{unknown}={PLANTED_TOKEN}");
    expect(&mut checks, &site, "an unknown parameter", &unknown, &words).await;
    Ok(checks)
}

async fn other_columns(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let server = site.server()?;
    for statement in [
        "CREATE SCHEMA IF NOT EXISTS memory.tpch",
        "CREATE TABLE IF NOT EXISTS memory.tpch.nation AS SELECT CAST(n_nationkey AS varchar) AS n_nationkey, \
         n_name FROM tpch.tiny.nation",
    ] {
        server.execute(statement)?;
    }
    let lake = lakequery::connect(&site.url()?.replace("/hive", "/memory")).await?;
    let outcome = query!(SELECT n_nationkey FROM tpch.nation).fetch_all(&lake).await;
    let text = outcome.as_ref().map_or_else(ToString::to_string, |_| "no error".to_owned());
    let right = outcome.is_err_and(|error| error.is_schema_drift());
    checks.check(right && text.contains("n_nationkey"), || text);
    Ok(checks)
}

async fn refused(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    for (text, word) in [
        ("SELECT", ""),
        ("SELECT no_such_column FROM tpch.nation", "no_such_column"),
        ("SELECT * FROM tpch.no_such_table", "no_such_table"),
        ("SELECT no_such_function(1)", "no_such_function"),
        ("SELECT 1 / 0 AS x", ""),
    ] {
        let outcome = sql(text).fetch_all(&lake).await;
        let said = outcome.as_ref().map_or_else(ToString::to_string, |_| "no error".to_owned());
        site.transcript.note(&said);
        let right = outcome.is_err_and(|error| error.is_query() || error.is_not_found());
        checks.check(right && said.contains(word), || format!("{text}\n{said}"));
    }
    // The connection is as good as before.
    let row = sql("SELECT 1 AS one").fetch_one(&lake).await?;
    checks.check(row.get::<i32>(0)? == 1, || "1 is not 1 any more".into());
    Ok(checks)
}
