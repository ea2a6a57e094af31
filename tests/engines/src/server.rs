//! [`Server`]: a real server, started, waited for, and ended when it is dropped.

use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use lakequery_types::Engine;
use serde_json::{Value, json};

use crate::cache::Cache;
use crate::hive::Session;
use crate::identity::Identity;
use crate::interrupt::check;
use crate::presto::Presto;
use crate::process::{Process, is_alive};
use crate::recipe::{Recipe, Secure, Site, free_address};
use crate::spark::{Spark, Transport};
use crate::statement::Statements;
use crate::storage::Storage;
use crate::trino::Trino;

/// The file in a server's folder that says how it is reached.
const RECORD: &str = "server.json";

/// How long a server may take until it answers: some 20 s on an idle machine,
/// minutes where others build on it.
const PATIENCE: Duration = Duration::from_secs(900);

/// The engines that can be started.
pub const ENGINES: [Engine; 3] = [Engine::Trino, Engine::Presto, Engine::Spark];

pub(crate) fn recipe(engine: Engine) -> Result<&'static dyn Recipe> {
    match engine {
        Engine::Trino => Ok(&Trino),
        Engine::Presto => Ok(&Presto),
        Engine::Spark => Ok(&Spark(Transport::Binary)),
        _ => bail!("there is no server of {engine} to start"),
    }
}

/// A running server.
pub struct Server {
    /// Its engine.
    pub engine: Engine,
    /// Its URL as users of lakequery write it.
    pub url: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether clients speak HTTP with it.
    pub over_http: bool,
    /// How it is reached over TLS, where it is.
    pub secure: Option<Secure>,
    /// Where it tells over HTTP what it does, where that is another address.
    pub monitor: Option<SocketAddr>,
    /// Where the storage is that it spools results to, where it does.
    pub storage: Option<SocketAddr>,
    /// Its own folder: configuration, data, log.
    pub folder: PathBuf,
    /// `None` where another run owns it.
    process: Option<Process>,
    _storage: Option<Storage>,
}

impl Server {
    /// Downloads what is missing and starts a server in a fresh folder under
    /// `parent`; ready when it answers a query.
    ///
    /// # Errors
    ///
    /// When it can't be had or does not come up; the end of its log is in the
    /// error. When it is [interrupted](crate::interrupt).
    pub fn start(engine: Engine, parent: &Path) -> Result<Server> {
        Server::start_with(engine, parent, &[])
    }

    /// The same, with some properties of its configuration other than usual:
    /// Trino has such.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_with(
        engine: Engine,
        parent: &Path,
        properties: &[(&str, &str)],
    ) -> Result<Server> {
        Server::of(recipe(engine)?, engine, parent, properties)
    }

    /// Starts a Spark that is spoken to in a certain way.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_spark(transport: Transport, parent: &Path) -> Result<Server> {
        Server::of(&Spark(transport), Engine::Spark, parent, &[])
    }

    fn of(
        recipe: &dyn Recipe,
        engine: Engine,
        parent: &Path,
        properties: &[(&str, &str)],
    ) -> Result<Server> {
        let installed = recipe
            .install(&Cache::open()?)
            .with_context(|| format!("{engine} can't be installed"))?;
        let folder = fresh_folder(parent, engine.name())?;
        let address = free_address()?;
        let site = Site { folder: &folder, address, properties };
        let ready = recipe
            .configure(&installed, &site)
            .with_context(|| format!("{engine} can't be configured"))?;
        let process = Process::start(&ready.launch)?;
        let mut server = Server {
            engine,
            url: ready.url,
            address,
            over_http: recipe.over_http(),
            secure: ready.secure,
            monitor: ready.monitor,
            storage: ready.storage.as_ref().map(|storage| storage.address),
            folder,
            process: Some(process),
            _storage: ready.storage,
        };
        server.wait(recipe)?;
        Ok(server)
    }

    fn wait(&mut self, recipe: &dyn Recipe) -> Result<()> {
        let start = Instant::now();
        let engine = self.engine;
        loop {
            check()?;
            if let Some(status) = self.ended() {
                bail!("{engine} ended while it started ({status}); {}", self.log_tail());
            }
            match recipe.ask(self.address) {
                Ok(()) => return Ok(()),
                Err(error) if start.elapsed() > PATIENCE => {
                    let (waited, tail) = (PATIENCE.as_secs(), self.log_tail());
                    return Err(
                        error.context(format!("{engine} does not answer after {waited} s; {tail}"))
                    );
                }
                Err(_) => thread::sleep(Duration::from_millis(200)),
            }
        }
    }

    /// Runs a statement without the clients that are under test.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub fn execute(&self, sql: &str) -> Result<()> {
        match self.statements() {
            Some(statements) => statements.run(sql).map(drop),
            None if self.over_http => Session::open_http(self.address)?.run(sql),
            None => Session::open(self.address)?.run(sql),
        }
    }

    /// The statement protocol, on Trino and Presto.
    pub fn statements(&self) -> Option<Statements> {
        Statements::of(self.engine, self.address)
    }

    /// Its process id, where it is ours.
    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// How it ended, if it is ours and did.
    pub fn ended(&mut self) -> Option<String> {
        self.process.as_mut().and_then(Process::ended)
    }

    /// The last lines of its log, where it is ours.
    pub fn log_tail(&self) -> String {
        self.process.as_ref().map_or_else(String::new, Process::tail)
    }

    /// Asks it to end; dropping it waits for that. To end several at once.
    pub fn terminate(&mut self) {
        if let Some(process) = &mut self.process {
            process.terminate();
        }
    }

    /// Kills it at once, as a crash would.
    ///
    /// # Errors
    ///
    /// When another run owns it.
    pub fn kill(&mut self) -> Result<()> {
        self.process.as_mut().context("the server is another run's")?.kill();
        Ok(())
    }

    /// Writes down how it is reached, for other runs.
    ///
    /// # Errors
    ///
    /// When that can't be written.
    pub fn advertise(&self) -> Result<()> {
        let secure = self.secure.as_ref().map(|secure| {
            json!({
                "address": secure.address.to_string(),
                "user": secure.user,
                "password": secure.password,
                "certificate": secure.certificate,
                "token": secure.token,
                "identities": secure.identities.each_ref().map(|one| [&one.certificate, &one.key]),
            })
        });
        let address = self.address.to_string();
        let monitor = self.monitor.map(|monitor| monitor.to_string());
        let storage = self.storage.map(|storage| storage.to_string());
        let record = json!({
            "url": self.url,
            "storage": storage,
            "address": address,
            "monitor": monitor,
            "secure": secure,
        });
        Ok(fs::write(self.folder.join(RECORD), record.to_string())?)
    }

    /// The server of another run that lives, if there is one under `parent`, the
    /// folder of all runs.
    pub fn find(engine: Engine, parent: &Path) -> Option<Server> {
        fs::read_dir(parent).ok()?.flatten().find_map(|run| {
            let id = run.file_name().to_str()?.parse().ok()?;
            let folder = run.path().join(engine.name());
            let text = fs::read_to_string(folder.join(RECORD)).ok().filter(|_| is_alive(id))?;
            Server::parse(engine, folder, &serde_json::from_str(&text).ok()?)
        })
    }

    fn parse(engine: Engine, folder: PathBuf, record: &Value) -> Option<Server> {
        let text = |record: &Value, name: &str| Some(record.get(name)?.as_str()?.to_owned());
        let secure = record.get("secure").filter(|secure| !secure.is_null()).and_then(|secure| {
            Some(Secure {
                address: text(secure, "address")?.parse().ok()?,
                user: text(secure, "user")?,
                password: text(secure, "password")?,
                certificate: text(secure, "certificate")?.into(),
                token: text(secure, "token")?,
                identities: [identity(secure, 0)?, identity(secure, 1)?],
            })
        });
        Some(Server {
            engine,
            url: text(record, "url")?,
            address: text(record, "address")?.parse().ok()?,
            over_http: recipe(engine).ok()?.over_http(),
            monitor: text(record, "monitor").and_then(|monitor| monitor.parse().ok()),
            storage: text(record, "storage").and_then(|storage| storage.parse().ok()),
            secure,
            folder,
            process: None,
            _storage: None,
        })
    }
}

/// One of the identities in a record.
fn identity(record: &Value, index: usize) -> Option<Identity> {
    let path =
        |part: usize| Some(record.get("identities")?.get(index)?.get(part)?.as_str()?.into());
    Some(Identity { certificate: path(0)?, key: path(1)? })
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("engine", &self.engine).field("url", &self.url).finish()
    }
}

/// `name`, or `name-2` and so on where that is taken.
fn fresh_folder(parent: &Path, name: &str) -> Result<PathBuf> {
    fs::create_dir_all(parent)?;
    for number in 1.. {
        let folder = match number {
            1 => parent.join(name),
            _ => parent.join(format!("{name}-{number}")),
        };
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("can't make {}", folder.display()));
            }
        }
    }
    bail!("there is no free name for a folder");
}
