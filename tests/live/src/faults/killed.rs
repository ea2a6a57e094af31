//! The server is killed while it answers.

use std::time::Duration;

use anyhow::{Context, Result};
use lakequery::sql;
use lakequery_engines::Server;
use lakequery_types::Engine;

use super::probe::Counts;
use crate::transcript::{Transcript, say};

/// Kills it. It is of no use any more.
pub(super) async fn killed(
    server: &mut Server,
    transcript: &Transcript,
    counts: &mut Counts,
) -> Result<()> {
    counts.cases += 1;
    let lake = lakequery::connect(&server.url).await?;
    let endless = match server.engine {
        // It collects a partition at a time, and ends where one does not fit.
        Engine::Spark => "SELECT id FROM range(0, 1000000000, 1, 10000)",
        _ => "SELECT a.l_orderkey FROM tpch.lineitem a, tpch.lineitem b",
    };
    let mut rows = sql(endless).fetch(&lake);
    rows.next().await.context("no first row")??;
    server.kill()?;
    let end = async {
        loop {
            match rows.next().await {
                Some(Ok(_)) => {}
                other => return other,
            }
        }
    };
    match tokio::time::timeout(Duration::from_secs(180), end).await {
        Ok(Some(Err(error))) => {
            transcript.note(&format!("{error:?}"));
            counts.errors += 1;
        }
        Ok(_) => {
            counts.wrong += 1;
            say!(transcript, "WRONG   {}: killed, and the result ends well", server.engine);
        }
        Err(_) => {
            counts.wrong += 1;
            say!(transcript, "WRONG   {}: killed, and no error in time", server.engine);
        }
    }
    Ok(())
}
