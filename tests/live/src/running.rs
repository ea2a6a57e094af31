//! Which queries run on a server: its own list, not the client's word.

use anyhow::{Context, Result};
use lakequery_engines::{Server, ask};
use lakequery_types::Engine;
use serde_json::Value;

/// The queries with a comment that begins with a marker in their text that have not ended.
pub(crate) fn running(server: &Server, marker: &str) -> Result<Vec<String>> {
    match server.engine {
        Engine::Spark => jobs(server),
        _ => queries(server, marker),
    }
}

fn queries(server: &Server, marker: &str) -> Result<Vec<String>> {
    let statements = server.statements().context("no statement protocol")?;
    let rows = statements.run(&format!(
        "SELECT query_id, state, query FROM system.runtime.queries \
         WHERE state NOT IN ('FINISHED', 'FAILED') AND strpos(query, '/* {marker}') > 0 \
         AND strpos(query, 'runtime.queries') = 0"
    ))?;
    let texts = rows.iter().map(|row| row.iter().map(|value| value.as_str().unwrap_or_default()));
    Ok(texts.map(|texts| texts.collect::<Vec<_>>().join(" ")).collect())
}

/// The jobs of Spark's own interface. It runs one statement at a time here, so
/// that no marker is needed.
fn jobs(server: &Server) -> Result<Vec<String>> {
    let address = server.monitor.context("Spark's interface is off")?;
    let get = |path: &str| -> Result<Value> {
        let answer = ask(address, "GET", path, &[], "")?;
        serde_json::from_slice(&answer.body).with_context(|| format!("{path}: no JSON"))
    };
    let applications = get("/api/v1/applications")?;
    let id = applications[0]["id"].as_str().context("no application")?.to_owned();
    let jobs = get(&format!("/api/v1/applications/{id}/jobs?status=running"))?;
    let jobs = jobs.as_array().context("no list of jobs")?;
    Ok(jobs.iter().map(|job| format!("job {}", job["jobId"])).collect())
}
