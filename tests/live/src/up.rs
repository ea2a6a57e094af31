//! `cargo live up`: servers for work at the keyboard.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use lakequery_engines::ENGINES;
use lakequery_types::Engine;

use crate::fleet::Fleet;

/// Starts servers and keeps them until this is dropped, or one of them ends.
pub(crate) async fn up(engines: &[Engine]) -> Result<ExitCode> {
    let engines = if engines.is_empty() { &ENGINES } else { engines };
    let mut fleet = Fleet::start(engines).await?;
    for (engine, error) in &fleet.missing {
        eprintln!("error: {engine} is not up: {error:#}\n");
    }
    for server in &fleet.servers {
        println!("{:7} {}", server.engine.name(), server.url);
        if let Some(secure) = &server.secure {
            println!(
                "        trinos://{}:{}@{}/hive?verify={}",
                secure.user,
                secure.password,
                secure.address,
                secure.certificate.display()
            );
        }
        println!("        log: {}", server.folder.join("server.log").display());
    }
    if !fleet.missing.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    println!("up until Ctrl-C");
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        for server in &mut fleet.servers {
            if let Some(status) = server.ended() {
                bail!("{} ended by itself ({status}); {}", server.engine, server.log_tail());
            }
        }
    }
}
