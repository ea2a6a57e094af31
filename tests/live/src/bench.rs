//! `cargo live bench`: a million rows from a live server with lakequery, with the
//! Python clients, with other Rust clients, and as a bare download that is thrown
//! away, in turn in one run: rows a second, the client's CPU, its memory.
//!
//! Each reader is a process of its own, built with optimisations. The first
//! round warms the server up and is not counted; of the others the median is.

mod cores;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use lakequery_engines::{Cache, Server, python_packages};
use lakequery_types::Engine;
use tokio::task::block_in_place;

use cores::Cores;

use crate::cli::Servers;
use crate::fleet::Fleet;
use crate::measure::{self, Measured};
use crate::random::Random;
use crate::rows;
use crate::suite::SERVERS;

/// How many rows are read.
pub(crate) const ROWS: u64 = 1_000_000;

/// How often each reader reads; the first is not counted.
const ROUNDS: usize = 8;

/// What the table is read with, and how that is called.
#[derive(Clone, Copy)]
struct Reader {
    title: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// One of [`measure::child`]'s.
    Own(&'static str),
    /// A Python program and the packages it needs.
    Python { program: &'static str, packages: &'static [&'static str] },
    /// One of the programs of `tests/live/clients`.
    Rust(&'static str),
}

const OWN: [Reader; 3] = [
    Reader { title: "lakequery, typed rows", kind: Kind::Own("typed") },
    Reader { title: "lakequery, Arrow", kind: Kind::Own("arrow") },
    Reader { title: "download, thrown away", kind: Kind::Own("download") },
];

/// A Python program that reads a result with a client.
macro_rules! reading {
    ($client:literal) => {
        concat!(include_str!($client), include_str!("bench/reading.py"))
    };
}

/// The Python client of an engine.
fn python(engine: Engine) -> Reader {
    match engine {
        Engine::Spark => Reader {
            title: "Python, PyHive",
            kind: Kind::Python {
                program: reading!("bench/pyhive_client.py"),
                packages: &["PyHive==0.7.0", "thrift", "thrift-sasl", "pure-sasl"],
            },
        },
        Engine::Presto => Reader {
            title: "Python, presto",
            kind: Kind::Python {
                program: reading!("bench/presto_client.py"),
                packages: &["presto-python-client==0.8.4"],
            },
        },
        _ => Reader {
            title: "Python, trino",
            kind: Kind::Python {
                program: reading!("bench/trino_client.py"),
                packages: &["trino==0.340.0"],
            },
        },
    }
}

/// Other Rust clients of an engine: those of the crate registry that read from
/// it at all.
fn rust(engine: Engine) -> &'static [Reader] {
    const TRINO: &[Reader] = &[
        Reader { title: "Rust, trino-rust-client", kind: Kind::Rust("trino-rust-client") },
        Reader { title: "Rust, prusto", kind: Kind::Rust("prusto") },
        Reader { title: "Rust, dbcrossbar_trino", kind: Kind::Rust("dbcrossbar_trino") },
    ];
    match engine {
        Engine::Trino => TRINO,
        _ => &[],
    }
}

/// What is read.
struct Source<'a> {
    server: &'a Server,
    url: String,
    sql: String,
    /// The cores of the readers, where the server has others.
    cores: Option<Cores>,
}

/// Measures with each engine and prints a table for each; where they are to be
/// `apart`, servers and readers on cores of their own.
pub(crate) async fn bench(engines: &[Engine], apart: bool, servers: &Servers) -> Result<ExitCode> {
    let both = [Engine::Trino, Engine::Spark];
    let engines = if engines.is_empty() { &both[..] } else { engines };
    ensure!(engines.iter().all(|engine| SERVERS.contains(engine)), "only servers are measured");
    let programs = Programs::build(engines)?;
    let fleet = Fleet::start(engines, servers.attach).await?;
    for server in &fleet.servers {
        let catalog = rows::quickest(server.engine);
        block_in_place(|| rows::make(server, catalog, ROWS))?;
        let cores = match apart {
            true => Some(Cores::halves()?),
            false => None,
        };
        if let Some(cores) = &cores {
            cores.keep(server.id().context("a server of another run keeps its cores")?).await?;
        }
        let (url, sql) = (rows::url(server, catalog), rows::query(catalog));
        let source = Source { server, url, sql, cores };
        let mut readers = OWN.to_vec();
        readers.push(python(server.engine));
        readers.extend_from_slice(rust(server.engine));
        let mut measured = vec![Vec::new(); readers.len()];
        let mut random = Random(1);
        let mut order: Vec<usize> = (0..readers.len()).collect();
        for round in 0..ROUNDS {
            // In another order each time: what the server did for one reader may
            // cost the next one, the collection of its garbage above all.
            order.sort_by_cached_key(|_| random.below(usize::MAX));
            for reader in order.iter().copied() {
                let (reader, all) = (&readers[reader], &mut measured[reader]);
                let one = read(reader, &source, &programs).await?;
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

/// What is run, built with optimisations.
struct Programs {
    /// This program, without the embedded engine.
    own: PathBuf,
    /// The folder of the other clients.
    clients: PathBuf,
}

impl Programs {
    fn build(engines: &[Engine]) -> Result<Programs> {
        eprintln!("building with optimisations");
        let target = crate::fleet::target_folder()?;
        let clients = target.join("clients");
        let package = ["--package", "lakequery-live", "--no-default-features"];
        cargo(&package, &target)?;
        if engines.iter().any(|engine| !rust(*engine).is_empty()) {
            let manifest = crate::compile::root().join("tests/live/clients/Cargo.toml");
            cargo(&["--manifest-path", &manifest.display().to_string()], &clients)?;
        }
        let own = target.join("release/lakequery-live");
        Ok(Programs { own, clients: clients.join("release") })
    }
}

fn cargo(what: &[&str], target: &Path) -> Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(cargo);
    command.args(["build", "--quiet", "--release"]).args(what).arg("--target-dir").arg(target);
    ensure!(command.status()?.success(), "it does not build");
    Ok(())
}

async fn read(reader: &Reader, source: &Source<'_>, programs: &Programs) -> Result<Measured> {
    let Source { server, url, sql, cores } = source;
    let cores = cores.as_ref();
    let address = server.address.to_string();
    let mut command;
    match &reader.kind {
        Kind::Own(name) => {
            command = cores::command(&programs.own, cores);
            let download = format!("{}:{address}", server.engine);
            let from = if *name == "download" { &download } else { url };
            command.args(["measure", name, from, sql]);
        }
        Kind::Python { program, packages } => {
            let packages = block_in_place(|| python_packages(&Cache::open()?, packages))?;
            command = cores::command("python3", cores);
            command.args(["-c", program, &address, sql]);
            command.env("PYTHONPATH", packages);
        }
        Kind::Rust(name) => {
            command = cores::command(programs.clients.join(name), cores);
            command.args([&address, sql]);
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
    println!("{:28} {:>9} {:>9} {:>14} {:>9}", "", "rows/s", "CPU s", "rows/CPU s", "peak MB");
    let speed = |one: &Measured| one.rows as f64 / one.seconds.max(1e-9);
    let thrift = |one: &Measured| one.rows as f64 / one.cpu_seconds.max(1e-2);
    for (reader, one) in readers.iter().zip(&medians) {
        println!(
            "{:28} {:>9.0} {:>9.2} {:>14.0} {:>9}",
            reader.title,
            speed(one),
            one.cpu_seconds,
            thrift(one),
            one.peak >> 20
        );
    }
    let [typed, arrow, download, others @ ..] = &medians[..] else { return };
    for (title, one) in [("typed rows", typed), ("Arrow", arrow)] {
        let times = one.seconds / download.seconds.max(1e-9);
        println!("{title}: {times:.2} times the download's time");
        for (reader, other) in readers.iter().skip(OWN.len()).zip(others) {
            println!(
                "{title}: {:.1} times the rows per CPU second, {:.1} times the rows/s of {}",
                thrift(one) / thrift(other),
                speed(one) / speed(other),
                reader.title
            );
        }
    }
}

fn median(all: &[Measured]) -> Measured {
    let mut sorted = all.to_vec();
    sorted.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
