//! `cargo lake refresh`, and `cargo lake diff`, which is the same without writing.

use std::io::Write;

use lakequery_project::Project;

use crate::diff::Change;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::plan::{self, Plan};
use crate::report;
use crate::source::Catalog;

/// Writes what has changed, and tells it.
pub(crate) fn refresh(
    project: &Project,
    catalog: &dyn Catalog,
    sources: &[String],
    prune: bool,
) -> Result<Outcome, Failure> {
    let plan = plan::make(project, catalog, sources)?;
    apply(project, &plan, prune)?;
    tell(&plan, prune);
    Ok(if plan.failures.is_empty() { Outcome::Fine } else { Outcome::Incomplete })
}

/// Tells what has changed.
pub(crate) fn diff(
    project: &Project,
    catalog: &dyn Catalog,
    sources: &[String],
) -> Result<Outcome, Failure> {
    let plan = plan::make(project, catalog, sources)?;
    tell(&plan, false);
    Ok(match (plan.failures.is_empty(), plan.changes.is_empty()) {
        (false, _) => Outcome::Incomplete,
        (true, false) => Outcome::Different,
        (true, true) => Outcome::Fine,
    })
}

fn apply(project: &Project, plan: &Plan, prune: bool) -> Result<(), Failure> {
    let store = &project.store;
    for (key, change) in &plan.changes {
        match change {
            Change::New(table) | Change::Changed(table, _) => store.write(table)?,
            Change::Gone if prune => store.remove(key)?,
            Change::Gone => {}
        }
    }
    Ok(())
}

fn tell(plan: &Plan, pruned: bool) {
    // A reader that has gone away (`| head`) does not undo the work.
    let _ = std::io::stdout().write_all(report::changes(plan, pruned).as_bytes());
    let _ = std::io::stderr().write_all(report::notes(plan).as_bytes());
}

#[cfg(test)]
mod tests;
