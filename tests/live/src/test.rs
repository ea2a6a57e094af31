//! `cargo live test`: the whole live suite.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::cli::Servers;
use crate::fleet::Fleet;
use crate::secrets;
use crate::suite::{self, Totals};
use crate::transcript::{Transcript, say};

/// Starts what the selected cases need, runs them, and says their counts last.
///
/// It succeeds when every case ran and passed; a server that may be missing
/// must be named in `--allow-missing`, a case that is not to run in `--skip`.
pub(crate) async fn test(filter: &str, skip: &[String], servers: &Servers) -> Result<ExitCode> {
    if !suite::has(filter) {
        bail!("no case has `{filter}` in its name");
    }
    let start = Instant::now();
    let transcript = Transcript::default();
    let fleet = Arc::new(Fleet::start(&suite::engines(filter), servers.attach).await?);
    let mut missing = 0;
    for (engine, error) in &fleet.missing {
        say!(transcript, "NOT UP  {engine}: {error:#}");
        missing += usize::from(!servers.allow_missing.contains(engine));
    }
    let up = start.elapsed().as_secs_f64();
    let Totals { passed, mut failed, not_run, checked } =
        suite::run(&fleet, filter, skip, &transcript).await;
    let said = transcript.said(&secrets::ALL);
    if !said.is_empty() {
        // Not repeated.
        say!(transcript, "FAILED  secrets: {} planted ones appear in the output", said.len());
        failed += 1;
    }
    for (engine, _) in &fleet.missing {
        say!(transcript, "NOT UP  {engine}: what needs it did not run; its error stands above");
    }
    let seconds = start.elapsed().as_secs_f64();
    say!(transcript, "{checked} checks; servers {up:.0} s, cases {:.0} s", seconds - up);
    say!(transcript, "{passed} passed, {failed} failed, {not_run} skipped");
    let good = failed == 0 && missing == 0 && passed > 0;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
