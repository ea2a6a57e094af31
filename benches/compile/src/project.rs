//! A system's generated project: a workspace of crates that differ in their
//! queries only.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::cargo::{Cargo, Cost};
use crate::lake::Lake;
use crate::query::{Query, queries};
use crate::system::System;

/// How many queries stand in a module.
const MODULE: usize = 10;

/// The sizes of the schemas that one query is built against.
pub(crate) const SCHEMAS: [usize; 3] = [10, 1_000, 10_000];

/// The crates of a project.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Package {
    /// No query.
    Empty,
    /// All queries.
    Full,
    /// As `Empty`, compiled incrementally.
    EmptyIncremental,
    /// As `Full`, compiled incrementally.
    FullIncremental,
    /// One query, and as many tables beside it.
    Tables(usize),
}

impl Package {
    /// Its name.
    pub(crate) fn name(self) -> String {
        match self {
            Package::Empty => "empty".into(),
            Package::Full => "full".into(),
            Package::EmptyIncremental => "empty-incremental".into(),
            Package::FullIncremental => "full-incremental".into(),
            Package::Tables(count) => format!("tables-{count}"),
        }
    }
}

/// A project.
pub(crate) struct Project<'a> {
    pub(crate) system: System,
    lake: &'a Lake,
    count: usize,
    folder: PathBuf,
}

impl<'a> Project<'a> {
    /// Writes a project into `folder`. Its queries can be edited up to `edits` times.
    pub(crate) fn write(
        system: System,
        folder: PathBuf,
        repository: &Path,
        lake: &'a Lake,
        (count, edits): (usize, usize),
    ) -> io::Result<Project<'a>> {
        let project = Project { system, lake, count, folder };
        let packages = project.packages();
        project.file("Cargo.toml", &workspace(&packages))?;
        if system == System::Lakequery {
            let lock = fs::read_to_string(repository.join("Cargo.lock"))?;
            project.file("Cargo.lock", &lock)?;
        }
        let dependencies = system.dependencies(repository);
        for package in packages {
            let name = package.name();
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n
[dependencies]\n{dependencies}"
            );
            project.file(&format!("{name}/Cargo.toml"), &manifest)?;
            for edit in 0..=edits {
                for (path, text) in system.files(lake, &project.queries(package, edit)) {
                    project.file(&format!("{name}/{path}"), &text)?;
                }
            }
            if let Package::Tables(count) = package {
                let snapshot = &lake.table("orders").snapshot;
                for i in lake.tables().len()..count {
                    let text = snapshot.replace("\"orders\"", &format!("\"orders_{i}\""));
                    project.file(&format!("{name}/schemas/tpch/orders_{i}.toml"), &text)?;
                }
            }
            project.sources(package)?;
        }
        Ok(project)
    }

    fn packages(&self) -> Vec<Package> {
        let all =
            [Package::Empty, Package::Full, Package::EmptyIncremental, Package::FullIncremental];
        let tables = SCHEMAS.map(Package::Tables);
        let tables = tables.into_iter().filter(|_| self.system == System::Lakequery);
        all.into_iter().chain(tables).collect()
    }

    /// The queries of a package after so many edits.
    fn queries(&self, package: Package, edit: usize) -> Vec<Query<'a>> {
        match package {
            Package::Empty | Package::EmptyIncremental => Vec::new(),
            Package::Full => queries(self.lake, self.count),
            Package::FullIncremental => {
                let mut queries = queries(self.lake, self.count);
                if let Some(limit) = queries.iter_mut().find_map(|query| query.limit.as_mut()) {
                    *limit += edit;
                }
                queries
            }
            // A join.
            Package::Tables(_) => queries(self.lake, 4).split_off(3),
        }
    }

    /// Writes all Rust sources of a package.
    fn sources(&self, package: Package) -> io::Result<()> {
        let queries = self.queries(package, 0);
        let mut root = String::from("#![allow(dead_code, unused_imports)]\n\n");
        root += &self.system.tables(self.lake.tables());
        for (i, chunk) in queries.chunks(MODULE).enumerate() {
            root += &format!("pub mod queries_{i};\n");
            self.module(package, i, chunk)?;
        }
        self.file(&format!("{}/src/lib.rs", package.name()), &root)
    }

    fn module(&self, package: Package, index: usize, queries: &[Query<'_>]) -> io::Result<()> {
        let mut text = String::from(self.system.header());
        for (i, query) in queries.iter().enumerate() {
            text += &self.system.function(&format!("query_{i}"), query);
        }
        self.file(&format!("{}/src/queries_{index}.rs", package.name()), &text)
    }

    /// Changes one query of a package, or nothing where it has none.
    pub(crate) fn edit(&self, package: Package, edit: usize) -> io::Result<()> {
        let queries = self.queries(package, edit);
        match queries.chunks(MODULE).next() {
            Some(first) => self.module(package, 0, first),
            None => Ok(()),
        }
    }

    /// Makes cargo build a package anew, and says what that cost.
    pub(crate) fn rebuild(&self, package: Package, verb: &str) -> io::Result<Cost> {
        let root = self.folder.join(package.name()).join("src/lib.rs");
        // A little ahead of the clock, for file systems with coarse times.
        let now = SystemTime::now() + Duration::from_millis(10);
        File::options().write(true).open(root)?.set_modified(now)?;
        self.cargo().run(&[verb, "-p", &package.name()])
    }

    /// Builds a package with all it depends on, and leaves nothing of what was
    /// built before. `timings` asks for the time of each crate.
    pub(crate) fn clean_build(&self, package: &str) -> io::Result<Cost> {
        let cargo = self.cargo();
        if cargo.target.exists() {
            fs::remove_dir_all(&cargo.target)?;
        }
        cargo.run(&["build", "--timings", "-p", package])
    }

    /// The crates of the last clean build with the seconds they took, slowest first.
    pub(crate) fn crates(&self) -> io::Result<Vec<(String, f64)>> {
        self.cargo().timings()
    }

    fn cargo(&self) -> Cargo<'_> {
        Cargo {
            folder: &self.folder,
            target: self.folder.join("target"),
            environment: self.system.environment(),
        }
    }

    fn file(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)
    }
}

fn workspace(packages: &[Package]) -> String {
    let names: Vec<_> = packages.iter().map(|package| format!("{:?}", package.name())).collect();
    let incremental = [Package::EmptyIncremental, Package::FullIncremental]
        .map(|package| format!("\n[profile.dev.package.{}]\nincremental = true\n", package.name()));
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n
# As with CARGO_INCREMENTAL=0.\n[profile.dev]\nincremental = false\n{}",
        names.join(", "),
        incremental.concat()
    )
}
