//! Cargo, run and measured.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs, io};

/// What a build cost.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cost {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds that processors worked for it; zero where the system does not say.
    pub(crate) cpu: f64,
}

/// How cargo is run for a project.
pub(crate) struct Cargo<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) target: PathBuf,
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

impl Cargo<'_> {
    /// Runs a command of cargo.
    pub(crate) fn run(&self, arguments: &[&str]) -> io::Result<Cost> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.args(arguments).args(["--quiet", "--jobs", "2", "--target-dir"]);
        command.arg(&self.target).current_dir(self.folder).envs(self.environment.iter().copied());
        // The projects say themselves what is incremental.
        command.env_remove("CARGO_INCREMENTAL");
        let (start, cpu) = (Instant::now(), children());
        let output = command.output()?;
        let cost = Cost { wall: start.elapsed().as_secs_f64(), cpu: children() - cpu };
        if output.status.success() {
            return Ok(cost);
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!("cargo {} failed:\n{errors}", arguments.join(" "))))
    }

    /// The crates of the last build with `--timings`, with the seconds that each
    /// took, slowest first.
    pub(crate) fn timings(&self) -> io::Result<Vec<(String, f64)>> {
        let report = fs::read_to_string(self.target.join("cargo-timings/cargo-timing.html"))?;
        let mut crates: HashMap<String, f64> = HashMap::new();
        let mut name = None;
        for line in report.lines().map(|line| line.trim().trim_end_matches(',')) {
            if let Some(value) = line.strip_prefix("\"name\": ") {
                name = Some(value.trim_matches('"').to_owned());
            } else if let Some(value) = line.strip_prefix("\"duration\": ")
                && let (Some(name), Ok(seconds)) = (name.take(), value.parse::<f64>())
            {
                *crates.entry(name).or_default() += seconds;
            }
        }
        let mut crates: Vec<_> = crates.into_iter().collect();
        crates.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(crates)
    }
}

/// The seconds that processors have worked for the finished children of this
/// process, which Linux alone tells.
fn children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in parentheses; cutime and cstime are the
    // 14th and 15th after it, in hundredths.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}
