//! What runs where there is no network but loopback.
//!
//! Over HTTP, Spark's server listens on every address. It and its client run in a
//! namespace that `unshare` makes, in which this program runs itself again.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use serde_json::Value;
use tokio::process::Command;

use crate::transcript::Transcript;
use crate::{faults, measure, suite};

/// What can be run there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The case of the suite over HTTP.
    Http,
    /// The case of the suite over HTTPS.
    Https,
    /// The faults on the way, over HTTP.
    Faults,
}

/// Has a part run in a namespace of its own. Gives the JSON of its last line, after
/// what it said before has been noted.
pub(crate) async fn run(part: Part, transcript: &Transcript) -> Result<Value> {
    let up = "ip link set lo up && exec \"$0\" \"$@\"";
    let part = part.to_possible_value().context("the part has no name")?;
    let output = Command::new("unshare")
        .args(["--net", "--", "sh", "-c", up])
        .arg(measure::program())
        .args(["isolated", part.get_name()])
        .kill_on_drop(true)
        .output()
        .await
        .context("no network of its own can be made: there is no `unshare`")?;
    let said = String::from_utf8_lossy(&output.stdout);
    transcript.note(&said);
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("in a network of its own (`unshare --net`, as root): {}", why.trim());
    }
    let last = said.lines().last().context("it said nothing")?;
    serde_json::from_str(last).context("it said something else")
}

/// Runs a part, in that namespace.
pub(crate) async fn isolated(part: Part) -> Result<ExitCode> {
    let routes = fs::read_to_string("/proc/net/route").context("needs Linux")?;
    ensure!(routes.lines().count() <= 1, "there is a network, and this server would listen on it");
    let found = match part {
        Part::Http => suite::transport::over(lakequery_engines::Transport::Http).await?,
        Part::Https => suite::transport::over(lakequery_engines::Transport::Https).await?,
        Part::Faults => faults::isolated().await?,
    };
    println!("{found}");
    Ok(ExitCode::SUCCESS)
}

/// The texts in a list of what a part found.
pub(crate) fn texts(found: &Value, name: &str) -> Vec<String> {
    let all = found[name].as_array().into_iter().flatten();
    all.filter_map(|text| Some(text.as_str()?.to_owned())).collect()
}
