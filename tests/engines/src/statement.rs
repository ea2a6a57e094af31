//! Statements to Trino and Presto over their own protocol, free of the clients
//! that are under test: it is what the server itself says.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::http::{Answer, ask};

/// Who asks.
const USER: &str = "lakequery-engines";

/// A server that speaks the statement protocol.
#[derive(Clone, Copy, Debug)]
pub struct Statements {
    pub(crate) server: SocketAddr,
    /// What the names of headers begin with.
    pub(crate) prefix: &'static str,
}

impl Statements {
    /// Runs a statement to its end and says its rows.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub fn run(&self, sql: &str) -> Result<Vec<Vec<Value>>> {
        let headers = [format!("{}-User: {USER}", self.prefix)];
        let mut rows = Vec::new();
        let mut page = parse(&ask(self.server, "POST", "/v1/statement", &headers, sql)?)?;
        loop {
            if let Some(error) = page.get("error") {
                let part = |name| error.get(name).and_then(Value::as_str).unwrap_or("?");
                bail!("{}: {}; the statement was: {sql}", part("errorName"), part("message"));
            }
            if let Some(Value::Array(data)) = page.get("data") {
                rows.extend(data.iter().map(|row| row.as_array().cloned().unwrap_or_default()));
            }
            let Some(next) = page.get("nextUri").and_then(Value::as_str) else {
                return Ok(rows);
            };
            let (_, path) = next
                .split_once("://")
                .and_then(|(_, rest)| rest.split_once('/'))
                .context("the next URI is none")?;
            page = parse(&ask(self.server, "GET", &format!("/{path}"), &headers, "")?)?;
            // A server that is not ready yet answers at once.
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn parse(answer: &Answer) -> Result<Value> {
    if answer.status != 200 {
        bail!("HTTP status {}", answer.status);
    }
    serde_json::from_slice(&answer.body).context("the answer is no JSON")
}
