//! Compiles the analyzers, once, with a compiler that comes as one library: a
//! Java to run servers on need not have one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use lakequery_types::Engine;

use super::Analysis;
use crate::cache::Cache;
use crate::checksum::fingerprint;
use crate::download::{maven_artifact, run};
use crate::java;

const COMPILER: &str = "org.eclipse.jdt:ecj:3.43.0:jar";

/// What all analyzers have in common.
const CONVERSATION: (&str, &str) = ("Conversation", include_str!("../../java/Conversation.java"));

/// The folder of an analyzer's classes.
pub(super) fn classes(
    cache: &Cache,
    engine: Engine,
    home: &Path,
    analysis: &Analysis,
) -> Result<PathBuf> {
    let compiler = cache.entry(&format!("compiler-{}", fingerprint(COMPILER)), |folder| {
        let file = maven_artifact(COMPILER, folder)?;
        fs::rename(&file, folder.join("ecj.jar"))?;
        Ok(fs::remove_dir_all(folder.join("download"))?)
    })?;
    let sources = [CONVERSATION, analysis.source];
    // Another engine's version has other libraries in another folder.
    let recipe = format!("{sources:?} {}", analysis.libraries.display());
    cache.entry(&format!("analyzer-{engine}-{}", fingerprint(&recipe)), |folder| {
        let mut command = Command::new(java::program(home));
        command.arg("-jar").arg(compiler.join("ecj.jar"));
        command.args(["-nowarn", "--release", analysis.release]);
        command.arg("-cp").arg(libraries(&analysis.libraries)?).arg("-d").arg(folder);
        for (name, text) in sources {
            let file = folder.join(name).with_extension("java");
            fs::write(&file, text)?;
            command.arg(file);
        }
        run(&mut command)
    })
}

/// The class path of a folder of libraries: this compiler knows no `*`.
fn libraries(folder: &Path) -> Result<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        all.push(entry?.path().display().to_string());
    }
    all.sort();
    Ok(all.join(":"))
}
