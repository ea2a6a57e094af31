//! Which queries run on a server: its own list, not the client's word.

use anyhow::{Context, Error, Result};
use lakequery_engines::{Server, ask};
use lakequery_types::Engine;
use serde_json::Value;

/// The queries with a comment that begins with a marker in their text that have not ended.
pub(crate) fn running(server: &Server, marker: &str) -> Result<Vec<String>> {
    match server.engine {
        Engine::Spark => open(server, marker),
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

/// The statements of Spark that its Thrift Server shows as open, and the jobs
/// that run: one statement works at a time here, so that these need no marker.
fn open(server: &Server, marker: &str) -> Result<Vec<String>> {
    let address = server.monitor.context("Spark's interface is off")?;
    let get = |path: &str| Ok::<_, Error>(ask(address, "GET", path, &[], "")?.body);
    let page = get("/sqlserver/?sqlstat.pageSize=1000")?;
    let mut all = shown(&String::from_utf8_lossy(&page), marker);
    let get = |path: &str| -> Result<Value> {
        serde_json::from_slice(&get(path)?).with_context(|| format!("{path}: no JSON"))
    };
    let applications = get("/api/v1/applications")?;
    let id = applications[0]["id"].as_str().context("no application")?.to_owned();
    let jobs = get(&format!("/api/v1/applications/{id}/jobs?status=running"))?;
    let jobs = jobs.as_array().context("no list of jobs")?;
    all.extend(jobs.iter().map(|job| format!("job {}", job["jobId"])));
    Ok(all)
}

/// The statements of a page that have not ended: the cell after a statement's
/// text is its state.
fn shown(page: &str, marker: &str) -> Vec<String> {
    let rows = page.split("<span class=\"description-input\">").skip(1);
    let statements = rows.filter_map(|row| {
        let (text, after) = row.split_once("</span>")?;
        let state = after.split_once("<td>")?.1.split_once("</td>")?.0;
        Some((text.trim(), state.trim()))
    });
    statements
        .filter(|(text, state)| {
            let ended = ["CLOSED", "CANCELED", "TIMEDOUT", "FAILED"].contains(state);
            text.contains(&format!("/* {marker}")) && !ended
        })
        .map(|(text, state)| format!("{state} {text}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_statements_are_told_from_ended_ones() {
        let row = |text: &str, state: &str| {
            format!(
                "<td><span class=\"description-input\">\n {text}\n</span></td>\n<td>\n {state}\n </td>"
            )
        };
        let page = [
            row("SELECT /* a 1 */ 1", "STARTED"),
            row("SELECT /* a 2 */ 1", "CLOSED"),
            row("SELECT /* b 3 */ 1", "FINISHED"),
        ];
        let page = format!("<html>{}</html>", page.concat());
        assert_eq!(shown(&page, "a"), ["STARTED SELECT /* a 1 */ 1"]);
        assert_eq!(shown(&page, "b"), ["FINISHED SELECT /* b 3 */ 1"]);
    }
}
