//! What queries cost to compile, beside sqlx's and diesel's.
//!
//! The same queries are written for lakequery, for sqlx offline and for diesel,
//! as three projects in the target folder, and built. What a query costs is the
//! time of a crate with all of them less that of a crate with none, by their
//! number. See `docs/benchmarks.md`.

mod cargo;
mod lake;
mod project;
mod query;
mod report;
mod sha256;
mod sql;
mod system;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, io};

use crate::cargo::Cost;
use crate::lake::Lake;
use crate::project::{Package, Project, SCHEMAS};
use crate::report::{Clean, Report, Series};
use crate::system::System;

const USAGE: &str = "\
usage: cargo run -p lakequery-bench-compile -- [options]
  --check        fail where a bound is broken
  --clean        measure clean builds, too
  --queries N    how many queries (200)
  --runs N       how often each build is repeated (5)
";

struct Options {
    check: bool,
    queries: usize,
    runs: usize,
    clean: bool,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
        let mut options = Options { check: false, queries: 200, runs: 5, clean: false };
        while let Some(argument) = arguments.next() {
            let mut number = || arguments.next()?.parse().ok().filter(|number| *number > 0);
            match argument.as_str() {
                "--check" => options.check = true,
                "--queries" => options.queries = number()?,
                "--runs" => options.runs = number()?,
                "--clean" => options.clean = true,
                _ => return None,
            }
        }
        Some(options)
    }
}

fn main() -> ExitCode {
    let Some(options) = Options::parse(env::args().skip(1)) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    match measure(&options) {
        Ok(report) => {
            print!("{report}");
            let broken = report.broken();
            for bound in &broken {
                println!("broken: {bound}");
            }
            if options.check && !broken.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> io::Result<Report> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let lake = Lake::read(&repository.join("schemas/tpch"))?;
    let folder = folder()?;
    let mut projects = Vec::new();
    for system in System::ALL {
        let folder = folder.join(system.name());
        let size = (options.queries, options.runs);
        projects.push(Project::write(system, folder, &repository, &lake, size)?);
    }
    let mut report = Report { queries: options.queries, ..Report::default() };
    if options.clean {
        clean(&projects, &mut report)?;
    }
    let anew = [Package::Empty, Package::Full];
    let incremental = [Package::EmptyIncremental, Package::FullIncremental];
    for (title, verb, packages) in [
        ("build, all anew", "build", anew),
        ("build, one query changed", "build", incremental),
        ("check, all anew", "check", anew),
        ("check, one query changed", "check", incremental),
    ] {
        report.series.push(series(&projects, options.runs, (title, verb, packages))?);
    }
    eprintln!("one query against {SCHEMAS:?} tables");
    for run in 0..=options.runs {
        let mut costs = [Cost::default(); SCHEMAS.len()];
        for (cost, tables) in costs.iter_mut().zip(SCHEMAS) {
            *cost = projects[0].rebuild(Package::Tables(tables), "build")?;
        }
        if run > 0 {
            report.schemas.push(costs);
        }
    }
    Ok(report)
}

/// Builds each project's crates without and with queries, in turn.
fn series(
    projects: &[Project<'_>],
    runs: usize,
    (title, verb, packages): (&'static str, &str, [Package; 2]),
) -> io::Result<Series> {
    eprintln!("{title}");
    let mut series = Series { title, runs: Vec::new() };
    for run in 0..=runs {
        let mut costs = [[Cost::default(); 2]; System::ALL.len()];
        for (i, package) in packages.into_iter().enumerate() {
            // The first run builds what is depended on, and what later runs change.
            if run == 0 && package == Package::Full {
                continue;
            }
            for (project, costs) in projects.iter().zip(&mut costs) {
                project.edit(package, run)?;
                costs[i] = project.rebuild(package, verb)?;
            }
        }
        if run > 0 {
            series.runs.push(costs);
        }
    }
    Ok(series)
}

/// Builds what the projects depend on, with nothing built before.
fn clean(projects: &[Project<'_>], report: &mut Report) -> io::Result<()> {
    let macros = ("lakequery-macros", "lakequery's macros alone");
    let empty = Package::Empty.name();
    let all = projects.iter().map(|project| (project, empty.as_str(), project.system.name()));
    for (project, package, title) in [(&projects[0], macros.0, macros.1)].into_iter().chain(all) {
        eprintln!("clean build: {title}");
        let cost = project.clean_build(package)?;
        report.clean.push(Clean { title, cost, crates: project.crates()? });
    }
    Ok(())
}

/// Where the projects are written: beside this program, in the target folder.
fn folder() -> io::Result<PathBuf> {
    let program = env::current_exe()?;
    let target = program.parent().and_then(Path::parent);
    let target = target.ok_or_else(|| io::Error::other("this program lies in no target folder"))?;
    Ok(target.join("bench-compile"))
}
