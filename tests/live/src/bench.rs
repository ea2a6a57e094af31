//! `cargo live bench`: a million rows from a live server with lakequery, with the
//! Python clients, and as a bare download that is thrown away, in turn in one
//! run: rows a second, the client's CPU, its memory.
//!
//! Each reader is a process of its own, built with optimisations. The first
//! round warms the server up and is not counted; of the others the median is.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use lakequery_engines::{Cache, Server, python_packages};
use lakequery_types::Engine;
use tokio::process::Command;
use tokio::task::block_in_place;

use crate::cli::Servers;
use crate::fleet::Fleet;
use crate::measure::{self, Measured};
use crate::suite::SERVERS;

/// How many rows are read.
pub(crate) const ROWS: u64 = 1_000_000;

/// How often each reader reads; the first is not counted.
const ROUNDS: usize = 4;

/// What the table is read with, and how that is called.
struct Reader {
    title: &'static str,
    kind: Kind,
}

enum Kind {
    /// One of [`measure::child`]'s.
    Own(&'static str),
    /// A Python program and the packages it needs.
    Python { program: &'static str, packages: &'static [&'static str] },
}

const OWN: [Reader; 3] = [
    Reader { title: "lakequery, typed rows", kind: Kind::Own("typed") },
    Reader { title: "lakequery, Arrow", kind: Kind::Own("arrow") },
    Reader { title: "download, thrown away", kind: Kind::Own("download") },
];

/// The Python client of an engine.
fn python(engine: Engine) -> Reader {
    match engine {
        Engine::Spark => Reader {
            title: "Python, PyHive",
            kind: Kind::Python {
                program: include_str!("bench/pyhive_client.py"),
                packages: &["PyHive==0.7.0", "thrift", "thrift-sasl", "pure-sasl"],
            },
        },
        _ => Reader {
            title: "Python, trino",
            kind: Kind::Python {
                program: include_str!("bench/trino_client.py"),
                packages: &["trino==0.340.0"],
            },
        },
    }
}

/// Measures with each engine and prints a table for each.
pub(crate) async fn bench(engines: &[Engine], servers: &Servers) -> Result<ExitCode> {
    let both = [Engine::Trino, Engine::Spark];
    let engines = if engines.is_empty() { &both[..] } else { engines };
    ensure!(engines.iter().all(|engine| SERVERS.contains(engine)), "only servers are measured");
    let program = optimised()?;
    let fleet = Fleet::start(engines, servers.attach).await?;
    for server in &fleet.servers {
        let sql = block_in_place(|| table(server))?;
        let readers: Vec<Reader> = OWN.into_iter().chain([python(server.engine)]).collect();
        let mut measured = vec![Vec::new(); readers.len()];
        for round in 0..ROUNDS {
            for (reader, all) in readers.iter().zip(&mut measured) {
                let one = read(reader, server, &sql, &program).await?;
                ensure!(one.rows == ROWS, "{}: {} rows", reader.title, one.rows);
                if round > 0 {
                    all.push(one);
                }
            }
        }
        print(server.engine, &readers, &measured);
    }
    for (engine, error) in &fleet.missing {
        eprintln!("error: {engine} is not up: {error:#}");
    }
    Ok(if fleet.missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// This program, built with optimisations and without the embedded engine.
fn optimised() -> Result<PathBuf> {
    eprintln!("building with optimisations");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = crate::fleet::target_folder()?;
    let status = std::process::Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "lakequery-live"])
        .args(["--no-default-features", "--target-dir"])
        .arg(&target)
        .status()?;
    ensure!(status.success(), "it does not build");
    Ok(target.join("release/lakequery-live"))
}

/// Makes the table, and gives the query that reads it.
fn table(server: &Server) -> Result<String> {
    let (catalog, source) = match server.engine {
        Engine::Trino => ("memory.", "tpch.sf1.lineitem"),
        Engine::Presto => ("", "tpch.sf1.lineitem"),
        _ => ("", "tpch.lineitem"),
    };
    let columns = match server.engine {
        // Its files hold 60,175 rows: some of them come several times.
        Engine::Spark => {
            "l_orderkey + i AS id, CAST(l_extendedprice AS double) AS price, l_comment AS comment, \
             l_extendedprice AS amount, l_shipdate AS day"
        }
        _ => {
            "l_orderkey AS id, CAST(l_extendedprice AS double) AS price, \
             CAST(l_comment AS varchar) AS comment, \
             CAST(l_extendedprice AS decimal(15,2)) AS amount, l_shipdate AS day"
        }
    };
    let times = match server.engine {
        Engine::Spark => " CROSS JOIN (SELECT id AS i FROM range(17))",
        _ => "",
    };
    let using = if server.engine == Engine::Spark { " USING parquet" } else { "" };
    server.execute(&format!("CREATE SCHEMA IF NOT EXISTS {catalog}live"))?;
    server.execute(&format!("DROP TABLE IF EXISTS {catalog}live.rows"))?;
    server.execute(&format!(
        "CREATE TABLE {catalog}live.rows{using} AS SELECT {columns} FROM {source}{times} LIMIT {ROWS}"
    ))?;
    Ok(format!("SELECT id, price, comment, amount, day FROM {catalog}live.rows"))
}

async fn read(reader: &Reader, server: &Server, sql: &str, own: &PathBuf) -> Result<Measured> {
    let mut command;
    match &reader.kind {
        Kind::Own(name) => {
            command = Command::new(own);
            let url = if *name == "download" {
                format!("{}:{}", server.engine, server.address)
            } else {
                server.url.clone()
            };
            command.args(["measure", name, &url, sql]);
        }
        Kind::Python { program, packages } => {
            let packages = block_in_place(|| python_packages(&Cache::open()?, packages))?;
            command = Command::new("python3");
            command.args(["-c", program, &server.address.to_string(), sql]);
            command.env("PYTHONPATH", packages);
        }
    }
    measure::output(&mut command).await.context(reader.title)
}

fn print(engine: Engine, readers: &[Reader], measured: &[Vec<Measured>]) {
    let medians: Vec<Measured> = measured.iter().map(|all| median(all)).collect();
    println!(
        "\n{engine}: {ROWS} rows of bigint, double, varchar, decimal, date; medians of {}",
        ROUNDS - 1
    );
    println!("{:24} {:>9} {:>9} {:>14} {:>9}", "", "rows/s", "CPU s", "rows/CPU s", "peak MB");
    let speed = |one: &Measured| one.rows as f64 / one.seconds.max(1e-9);
    let thrift = |one: &Measured| one.rows as f64 / one.cpu_seconds.max(1e-2);
    for (reader, one) in readers.iter().zip(&medians) {
        println!(
            "{:24} {:>9.0} {:>9.2} {:>14.0} {:>9}",
            reader.title,
            speed(one),
            one.cpu_seconds,
            thrift(one),
            one.peak >> 20
        );
    }
    if let [typed, arrow, download, python] = &medians[..] {
        for (title, one) in [("typed rows", typed), ("Arrow", arrow)] {
            println!(
                "{title}: {:.1} times Python's rows per CPU second, {:.2} times the download's time",
                thrift(one) / thrift(python),
                one.seconds / download.seconds.max(1e-9)
            );
        }
    }
}

fn median(all: &[Measured]) -> Measured {
    let mut sorted = all.to_vec();
    sorted.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
