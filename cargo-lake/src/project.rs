//! The `lake.toml` of the package or workspace, and the sources it names.

use std::fs;
use std::path::{Path, PathBuf};

use lakequery_compiler::config::{Config, Source};
use lakequery_compiler::diagnostic::nearest;

use crate::failure::Failure;
use crate::store::Store;

/// The file's name.
pub(crate) const FILE: &str = "lake.toml";

/// A `lake.toml` that was read.
#[derive(Debug)]
pub(crate) struct Project {
    /// The file, as messages name it.
    pub(crate) file: PathBuf,
    /// The folder that paths in it are relative to.
    pub(crate) root: PathBuf,
    /// What it says.
    pub(crate) config: Config,
}

impl Project {
    /// That of the nearest `lake.toml`, from the current folder upwards.
    pub(crate) fn nearest() -> Result<Project, Failure> {
        let current = std::env::current_dir().map_err(|error| {
            Failure::new(format!("could not tell what the current folder is: {error}"))
        })?;
        let found = current.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file());
        match found {
            Some(file) => Project::at(&file),
            None => Err(Failure::new(format!(
                "there is no {FILE} in {} or a folder above it",
                current.display()
            ))
            .help("run `cargo lake init` in the folder of your Cargo.toml")),
        }
    }

    /// That of one `lake.toml`.
    pub(crate) fn at(file: &Path) -> Result<Project, Failure> {
        let text = fs::read_to_string(file).map_err(|error| Failure::file("read", file, &error))?;
        let absolute =
            std::path::absolute(file).map_err(|error| Failure::file("find", file, &error))?;
        let root = absolute.parent().unwrap_or(Path::new("/")).to_owned();
        let config = Config::parse(&text).map_err(|error| {
            Failure::new(format!("{}:{error}", file.display()))
                .help("docs/lake-toml.md of lakequery has every key")
        })?;
        Ok(Project { file: file.to_owned(), root, config })
    }

    /// Where its snapshots lie.
    pub(crate) fn store(&self) -> Store {
        Store::new(self.root.join(&self.config.schemas))
    }

    /// The URL of a source, its environment variables put in.
    pub(crate) fn url(&self, name: &str, source: &Source) -> Result<String, Failure> {
        source.expand(|variable| std::env::var(variable).ok()).map_err(|variable| {
            let state = match std::env::var(&variable) {
                Err(std::env::VarError::NotUnicode(_)) => "is not valid Unicode",
                _ => "is not set",
            };
            Failure::new(format!(
                "source `{name}` of {} needs the environment variable {variable}, which {state}",
                self.file.display()
            ))
            .help("set it, or name the sources that you want")
        })
    }

    /// The sources of these names; all of them where none is named.
    pub(crate) fn sources(&self, names: &[String]) -> Result<Vec<(&str, &Source)>, Failure> {
        let known = &self.config.sources;
        if known.is_empty() {
            return Err(Failure::new(format!("{} names no source", self.file.display()))
                .help("add one:\n\n[source.local]\nurl = \"datafusion:data/\"\n"));
        }
        for name in names {
            if !known.contains_key(name) {
                let failure =
                    Failure::new(format!("{} names no source `{name}`", self.file.display()));
                let sources = known.keys().map(String::as_str);
                return Err(match nearest(name, sources.clone()) {
                    Some(near) => failure.help(format!("did you mean `{near}`?")),
                    None => failure.help(format!(
                        "its sources are {}",
                        sources.collect::<Vec<_>>().join(", ")
                    )),
                });
            }
        }
        let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
        let sources = known.iter().map(|(name, source)| (name.as_str(), source));
        Ok(sources.filter(|(name, _)| wanted(name)).collect())
    }
}
