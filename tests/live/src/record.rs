//! `cargo live record`: asks a real Spark what the protocol's tests play to the
//! client without one: see `runtime/tests/spark/recorded.rs`.
//!
//! A file begins with a statement. The client runs it through a proxy here, and
//! all statements that it sent for that are written after it, with the server's
//! replies as hexadecimal digits.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use lakequery::sql;
use lakequery_types::Engine;
use tokio::net::TcpListener;

use crate::cli::Servers;
use crate::compile::root;
use crate::faults::{Call, pass};
use crate::fleet::Fleet;

/// What stands between the statement and the replies.
const REPLIES: &str = "\n---\n";

/// The files, in an order in which the statements work.
const FILES: [&str; 15] = [
    "types",
    "extremes",
    "nested",
    "rows",
    "empty",
    "command",
    "error-column",
    "error-syntax",
    "error-running",
    "create",
    "insert",
    "update",
    "merge",
    "delete",
    "drop",
];

/// Records all files anew.
pub(crate) async fn record(servers: &Servers) -> Result<ExitCode> {
    let fleet = Fleet::start(&[Engine::Spark], servers.attach).await?;
    let server = fleet.server(Engine::Spark).context("Spark is not up")?;
    let folder = root().join("runtime/tests/spark/recorded");
    let there = fs::read_dir(&folder)?.count();
    ensure!(there == FILES.len(), "there are {there} files and {} known ones", FILES.len());
    for file in FILES {
        let path = folder.join(file).with_extension("calls");
        one(server.address, &path).await.with_context(|| path.display().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn one(server: SocketAddr, path: &PathBuf) -> Result<()> {
    let text = fs::read_to_string(path)?;
    let statement = text.split(REPLIES).next().unwrap_or_default().trim().to_owned();
    let calls = through_proxy(server, &statement).await?;
    ensure!(!calls.is_empty(), "nothing was called");
    let mut out = statement + REPLIES;
    for Call { method, sql, reply } in calls {
        let _ = write!(out, "{method} ");
        if let Some(sql) = sql {
            let _ = write!(out, "{sql:?} ");
        }
        for byte in reply {
            let _ = write!(out, "{byte:02x}");
        }
        out.push('\n');
    }
    Ok(fs::write(path, out)?)
}

/// What the client calls for a statement, without the calls that end one.
async fn through_proxy(server: SocketAddr, statement: &str) -> Result<Vec<Call>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let calls = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&calls);
    let proxy = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let saw = |call| log.lock().unwrap_or_else(PoisonError::into_inner).push(call);
                // It ends as the client's connection does.
                let _ = pass(client, server, &saw).await;
            });
        }
    });
    let lake = lakequery::connect(&format!("spark://tester@{address}")).await?;
    // An error is recorded, too.
    let _ = sql(statement.to_owned()).fetch_all(&lake).await;
    proxy.abort();
    let mut calls = std::mem::take(&mut *calls.lock().unwrap_or_else(PoisonError::into_inner));
    calls.retain(|call| !call.method.starts_with("C"));
    Ok(calls)
}
