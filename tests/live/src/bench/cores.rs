//! Cores of their own for servers and clients, as on machines of their own. On
//! shared ones what a client takes is missing to the server, whose speed is then
//! not the limit.

use std::ffi::OsStr;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

/// The first and the last cores, as util-linux's `taskset` has them.
pub(super) struct Cores {
    servers: String,
    clients: String,
}

impl Cores {
    /// Halves the cores that there are.
    pub(super) fn halves() -> Result<Cores> {
        let count = std::thread::available_parallelism()?.get();
        ensure!(count > 1, "there is but one core to share");
        let half = count / 2;
        Ok(Cores { servers: format!("0-{}", half - 1), clients: format!("{half}-{}", count - 1) })
    }

    /// Keeps a server to its cores.
    pub(super) async fn keep(&self, server: u32) -> Result<()> {
        let mut taskset = Command::new("taskset");
        taskset.args(["--all-tasks", "--cpu-list", "--pid", &self.servers, &server.to_string()]);
        let output = taskset.output().await.context("there is no `taskset`")?;
        let why = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the server can't be kept to its cores: {}", why.trim());
        Ok(())
    }
}

/// A client's command, on its cores where there are such.
pub(super) fn command(program: impl AsRef<OsStr>, cores: Option<&Cores>) -> Command {
    let Some(cores) = cores else { return Command::new(program) };
    let mut taskset = Command::new("taskset");
    taskset.args(["--cpu-list", &cores.clients]).arg(program);
    taskset
}
