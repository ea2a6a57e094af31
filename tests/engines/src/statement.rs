//! Statements to Trino and Presto over their own protocol, free of the clients
//! that are under test: it is what the server itself says.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use lakequery_types::Engine;
use serde_json::Value;

use crate::analyzer::Column;
use crate::http::{Answer, ask};
use crate::{presto, trino};

/// Who asks.
const USER: &str = "lakequery-engines";

/// A server that speaks the statement protocol.
#[derive(Clone, Copy, Debug)]
pub struct Statements {
    pub(crate) server: SocketAddr,
    /// What the names of headers begin with.
    pub(crate) prefix: &'static str,
    /// The catalog of tables that are named without one.
    pub(crate) catalog: &'static str,
    /// What the session has set, `name=value`.
    pub(crate) session: Option<&'static str>,
}

impl Statements {
    /// Those of a server of Trino or Presto.
    pub fn of(engine: Engine, server: SocketAddr) -> Option<Statements> {
        match engine {
            Engine::Trino => Some(trino::statements(server)),
            Engine::Presto => Some(presto::statements(server)),
            _ => None,
        }
    }

    /// Runs a statement to its end and says its rows.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub fn run(&self, sql: &str) -> Result<Vec<Vec<Value>>> {
        self.run_with(sql, &self.headers())
    }

    /// The columns of a query, which is analyzed but not run.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub fn describe(&self, sql: &str) -> Result<Vec<Column>> {
        let mut headers = self.headers();
        headers.push(format!("{}-Prepared-Statement: q={}", self.prefix, encoded(sql)));
        let rows = self.run_with("DESCRIBE OUTPUT q", &headers)?;
        let text = |row: &[Value], at: usize| Some(row.get(at)?.as_str()?.to_owned());
        // Name, catalog, schema, table, type.
        let column = |row: &Vec<Value>| Some(Column { name: text(row, 0)?, ty: text(row, 4)? });
        rows.iter().map(column).collect::<Option<_>>().context("a column is not as expected")
    }

    fn run_with(&self, sql: &str, headers: &[String]) -> Result<Vec<Vec<Value>>> {
        let mut rows = Vec::new();
        let mut page = parse(&ask(self.server, "POST", "/v1/statement", headers, sql)?)?;
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
            let (_, path) = split(next)?;
            page = parse(&ask(self.server, "GET", &path, headers, "")?)?;
            // A server that is not ready yet answers at once.
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// What of a result was downloaded and thrown away.
#[derive(Clone, Copy, Debug, Default)]
pub struct Downloaded {
    /// The rows, as the server counts them.
    pub rows: u64,
    /// The bytes that carried them.
    pub bytes: u64,
}

impl Statements {
    /// Runs a query and throws its rows away as they come, spooled and packed
    /// where the server does that: what a network and a server can do at best.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub fn download(&self, sql: &str) -> Result<Downloaded> {
        let mut headers = self.headers();
        headers.push(format!("{}-Query-Data-Encoding: json+zstd", self.prefix));
        let mut all = Downloaded::default();
        let mut answer = ask(self.server, "POST", "/v1/statement", &headers, sql)?;
        loop {
            all.bytes += answer.body.len() as u64;
            let page = parse(&answer)?;
            if let Some(error) = page.get("error") {
                bail!("{error}");
            }
            let data = page.get("data");
            if let Some(Value::Array(rows)) = data {
                all.rows += rows.len() as u64;
            }
            let segments = data.and_then(|data| data.get("segments")).and_then(Value::as_array);
            for segment in segments.into_iter().flatten() {
                all.rows += segment["metadata"]["rowsCount"].as_u64().unwrap_or_default();
                if let Some(uri) = segment.get("uri").and_then(Value::as_str) {
                    let (server, path) = split(uri)?;
                    all.bytes += ask(server, "GET", &path, &[], "")?.body.len() as u64;
                }
            }
            let Some(next) = page.get("nextUri").and_then(Value::as_str) else { return Ok(all) };
            answer = ask(self.server, "GET", &split(next)?.1, &headers, "")?;
        }
    }

    fn headers(&self) -> Vec<String> {
        let mut headers = vec![
            format!("{}-User: {USER}", self.prefix),
            format!("{}-Catalog: {}", self.prefix, self.catalog),
        ];
        headers.extend(self.session.map(|set| format!("{}-Session: {set}", self.prefix)));
        headers
    }
}

/// The address and the path of a URI on this machine.
fn split(uri: &str) -> Result<(SocketAddr, String)> {
    let (address, path) = uri
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))
        .with_context(|| format!("{uri} can't be read"))?;
    Ok((address.parse()?, format!("/{path}")))
}

/// A text as it stands in a URL.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn parse(answer: &Answer) -> Result<Value> {
    if answer.status != 200 {
        bail!("HTTP status {}", answer.status);
    }
    serde_json::from_slice(&answer.body).context("the answer is not JSON")
}
