//! What the recipes of servers have in common.

use std::ffi::OsString;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use anyhow::{Context, Result};

use crate::cache::Cache;
use crate::process::Launch;
use crate::storage::Storage;

/// How a server is had. Each engine's file holds one.
pub(crate) trait Recipe: Send + Sync {
    /// Downloads and unpacks what is not in the cache yet.
    fn install(&self, cache: &Cache) -> Result<Installed>;

    /// Writes its configuration into a fresh folder and says what to start.
    fn configure(&self, installed: &Installed, site: &Site<'_>) -> Result<Ready>;

    /// Whether clients speak HTTP with it.
    fn over_http(&self) -> bool {
        true
    }

    /// Asks a started server something that it can only answer when it is up.
    fn ask(&self, server: SocketAddr) -> Result<()>;
}

/// What is in the cache.
pub(crate) struct Installed {
    /// The server's files.
    pub(crate) server: std::path::PathBuf,
    /// The Java that it runs on.
    pub(crate) java: std::path::PathBuf,
}

/// Where a server is to run.
pub(crate) struct Site<'a> {
    /// Its own fresh folder.
    pub(crate) folder: &'a Path,
    /// Where it is to listen.
    pub(crate) address: SocketAddr,
    /// Properties of its configuration that are to be others than usual.
    pub(crate) properties: &'a [(&'a str, &'a str)],
}

/// A configured server.
pub(crate) struct Ready {
    /// What to start.
    pub(crate) launch: Launch,
    /// Its URL as users of lakequery write it.
    pub(crate) url: String,
    /// Its URL over TLS with a password, where it has one.
    pub(crate) secure: Option<Secure>,
    /// Where it tells over HTTP what it does, where that is another address.
    pub(crate) monitor: Option<SocketAddr>,
    /// What has to run as long as it does.
    pub(crate) storage: Option<Storage>,
}

/// How a server is reached over TLS.
#[derive(Clone, Debug)]
pub struct Secure {
    /// Where it listens.
    pub address: SocketAddr,
    /// A user.
    pub user: String,
    /// The user's password.
    pub password: String,
    /// The file with the certificate to trust.
    pub certificate: std::path::PathBuf,
    /// A token of the user's.
    pub token: String,
    /// A certificate of the user's, and one that only says so.
    pub identities: [crate::identity::Identity; 2],
}

/// An address on this machine that is free now.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).context("no free port")?.local_addr()?)
}

/// Writes a file of `name=value` lines, with the folders above it.
pub(crate) fn properties(path: &Path, lines: &[(&str, &str)]) -> Result<()> {
    let text: String = lines.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    write(path, &text)
}

/// Writes a file, with the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}

/// The command line of a Java server: options, class path, main class, arguments.
pub(crate) fn java_arguments(
    options: &[String],
    class_path: &[&Path],
    main: &str,
    arguments: &[String],
) -> Vec<OsString> {
    let mut all: Vec<OsString> = options.iter().map(OsString::from).collect();
    let mut joined = OsString::new();
    for folder in class_path {
        if !joined.is_empty() {
            joined.push(":");
        }
        joined.push(folder.join("*"));
    }
    all.extend(["-cp".into(), joined, main.into()]);
    all.extend(arguments.iter().map(OsString::from));
    all
}

/// Options that open packages of Java's base module to the server.
pub(crate) fn opened(packages: &[&str]) -> impl Iterator<Item = String> {
    packages.iter().map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED"))
}
