//! [`Fleet`]: several servers at once, with the TPC-H tables.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Error, Result};
use lakequery_engines::{Server, run_folder};
use lakequery_examples::{SCALE_FACTOR, write_tpch};
use lakequery_types::Engine;
use tokio::task::spawn_blocking;

use crate::load::load;

/// Running servers, ended together when this is dropped.
#[derive(Debug)]
pub(crate) struct Fleet {
    pub(crate) servers: Vec<Server>,
    /// The engines that did not come up, and why.
    pub(crate) missing: Vec<(Engine, Error)>,
    /// The folder with the TPC-H tables as files, which the servers read or equal.
    pub(crate) lake: PathBuf,
}

impl Fleet {
    /// Starts one server of each engine, at the same time, and loads the tables.
    /// With `attach`, those that another run has up are used instead.
    pub(crate) async fn start(engines: &[Engine], attach: bool) -> Result<Fleet> {
        let target = target_folder()?;
        let run = run_folder(&target.join("live"))?;
        let lake = target.join("tpch");
        write_tpch(&lake, SCALE_FACTOR, |_| {}).context("can't write the TPC-H tables")?;
        #[cfg(feature = "embedded")]
        crate::rows::write(&lake).await?;
        let found = engines.iter().filter(|_| attach);
        let found = found.filter_map(|engine| Server::find(*engine, &target.join("live")));
        let mut fleet = Fleet { servers: found.collect(), missing: Vec::new(), lake: lake.clone() };
        let starts: Vec<_> = engines
            .iter()
            .filter(|engine| fleet.server(**engine).is_none())
            .map(|engine| {
                let (engine, run, lake) = (*engine, run.clone(), lake.clone());
                (engine, spawn_blocking(move || start(engine, &run, &lake)))
            })
            .collect();
        for (engine, start) in starts {
            match start.await.map_err(Error::from).flatten() {
                Ok(server) => fleet.servers.push(server),
                Err(error) => fleet.missing.push((engine, error)),
            }
        }
        Ok(fleet)
    }
}

impl Fleet {
    /// The server of an engine, where it is up.
    pub(crate) fn server(&self, engine: Engine) -> Option<&Server> {
        self.servers.iter().find(|server| server.engine == engine)
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        // Asked all at once, then waited for one by one.
        self.servers.iter_mut().for_each(Server::terminate);
    }
}

fn start(engine: Engine, run: &Path, lake: &Path) -> Result<Server> {
    let begin = Instant::now();
    eprintln!("starting {engine}");
    let server = Server::start(engine, run)?;
    eprintln!("{engine} answers after {:.0} s; loading TPC-H", begin.elapsed().as_secs_f64());
    load(&server, lake).context("can't load TPC-H")?;
    server.advertise()?;
    eprintln!("{engine} is up after {:.0} s", begin.elapsed().as_secs_f64());
    Ok(server)
}

/// The target folder: this program lies in one of its profiles.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let target = program.parent().and_then(Path::parent);
    Ok(target.context("this program lies in no target folder")?.to_owned())
}
