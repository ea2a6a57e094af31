//! Downloads, through Maven and pip as they are set up on this machine, so that
//! mirrors, proxies and credentials apply. Everything is held against its
//! pinned checksum before it is used.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::cache::Cache;
use crate::checksum::{fingerprint, verify};
use crate::interrupt::check;

/// The plugin that copies artifacts; pinned, since its options change.
const DEPENDENCY_PLUGIN: &str = "org.apache.maven.plugins:maven-dependency-plugin:2.8";

/// Downloads one artifact (`group:artifact:version:packaging`) and says where it lies.
pub(crate) fn maven_artifact(coordinates: &str, folder: &Path) -> Result<PathBuf> {
    let into = new_folder(folder, "download")?;
    let [artifact, output] =
        [format!("-Dartifact={coordinates}"), format!("-DoutputDirectory={}", into.display())];
    download(coordinates, maven(&into, "copy").args([artifact, output]), &into)?;
    only_file(&into)
}

/// Downloads an artifact (`group:artifact:version`) and what it depends on, of
/// some groups only where any are named, into a folder.
pub(crate) fn maven_dependencies(coordinates: &str, groups: &[&str], into: &Path) -> Result<()> {
    let [group, artifact, version] = coordinates.split(':').collect::<Vec<_>>()[..] else {
        bail!("`{coordinates}` is not group:artifact:version");
    };
    let project = new_folder(into, "project")?;
    fs::write(
        project.join("pom.xml"),
        format!(
            "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n\
             <modelVersion>4.0.0</modelVersion>\n\
             <groupId>local</groupId><artifactId>local</artifactId><version>1</version>\n\
             <packaging>pom</packaging>\n\
             <dependencies><dependency><groupId>{group}</groupId>\
             <artifactId>{artifact}</artifactId><version>{version}</version></dependency></dependencies>\n\
             </project>\n"
        ),
    )?;
    let libraries = new_folder(into, "download")?;
    let mut command = maven(&project, "copy-dependencies");
    command.arg("-DincludeScope=runtime");
    command.arg(format!("-DoutputDirectory={}", libraries.display()));
    if !groups.is_empty() {
        command.arg(format!("-DincludeGroupIds={}", groups.join(",")));
    }
    download(&format!("{coordinates} and what it needs"), &mut command, &libraries)?;
    for entry in fs::read_dir(&libraries)? {
        let entry = entry?;
        fs::rename(entry.path(), into.join(entry.file_name()))?;
    }
    fs::remove_dir_all(libraries)?;
    Ok(fs::remove_dir_all(project)?)
}

/// Downloads one package of Python's (`name==version`) and says where it lies.
pub(crate) fn python_package(requirement: &str, folder: &Path) -> Result<PathBuf> {
    let into = new_folder(folder, "download")?;
    let mut command = Command::new("python3");
    command.args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"]);
    download(requirement, command.arg(&into).arg(requirement), &into)?;
    only_file(&into)
}

/// Installs packages of Python's with all they need, once, and says into which
/// folder. They are for comparing with and not pinned beyond what is written.
///
/// # Errors
///
/// When pip can't.
pub fn python_packages(cache: &Cache, requirements: &[&str]) -> Result<PathBuf> {
    let name = format!("python-{}", fingerprint(&requirements.join(" ")));
    cache.entry(&name, |folder| {
        let mut command = Command::new("python3");
        command.args(["-m", "pip", "install", "--quiet", "--target"]).arg(folder);
        run(command.args(requirements))
    })
}

/// Unpacks a `.tar.gz` without its top folder, or only some folders of it; then removes it.
pub(crate) fn unpack_tar(archive: &Path, only: &[String], into: &Path) -> Result<()> {
    fs::create_dir_all(into)?;
    let mut command = Command::new("tar");
    command.arg("-xzf").arg(archive).arg("-C").arg(into).arg("--strip-components=1").args(only);
    run(&mut command)?;
    remove_download(archive)
}

/// Unpacks a `.zip` or `.whl`; then removes it.
pub(crate) fn unpack_zip(archive: &Path, into: &Path) -> Result<()> {
    run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(archive).arg(into))?;
    remove_download(archive)
}

fn remove_download(archive: &Path) -> Result<()> {
    Ok(fs::remove_dir_all(archive.parent().context("a download lies in a folder")?)?)
}

fn new_folder(parent: &Path, name: &str) -> Result<PathBuf> {
    let folder = parent.join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn maven(project: &Path, goal: &str) -> Command {
    let mut command = Command::new("mvn");
    command.current_dir(project).args(["-q", "-B", &format!("{DEPENDENCY_PLUGIN}:{goal}")]);
    command
}

fn download(what: &str, command: &mut Command, into: &Path) -> Result<()> {
    eprintln!("downloading {what}");
    let start = Instant::now();
    run(command)?;
    verify(into)?;
    eprintln!("downloaded {what} in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)?;
    match (files.next(), files.next()) {
        (Some(file), None) => Ok(file?.path()),
        _ => bail!("the download did not give exactly one file"),
    }
}

/// How many last lines of a tool's output are shown when it fails.
const SHOWN: usize = 20;

/// Runs a tool to its end; its output is shown only when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't run `{program}`; is it installed?"))?;
    let id = Pid::from_child(&child);
    let waiter = thread::spawn(move || child.wait_with_output());
    while !waiter.is_finished() {
        if check().is_err() {
            // It may end at this moment; then there is nothing to end.
            let _ = kill_process(id, Signal::TERM);
        }
        thread::sleep(Duration::from_millis(10));
    }
    check()?;
    let output = waiter.join().map_err(|_| anyhow!("waiting for `{program}` panicked"))??;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<_> = text.trim().lines().collect();
        let last = &lines[lines.len().saturating_sub(SHOWN)..];
        bail!("`{program}` failed ({}):\n{}", output.status, last.join("\n"));
    }
    Ok(())
}
