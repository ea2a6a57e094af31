//! What a refresh has changed, or would change, as text.

use std::fmt::Write;

use lakequery_compiler::snapshot::Column;

use crate::diff::{Change, Part, Severity};
use crate::gathered::Partitioned;
use crate::plan::Plan;

/// The changes, and how many there are of each kind; `pruned` where the snapshots
/// of what is gone are removed.
pub(crate) fn changes(plan: &Plan, pruned: bool) -> String {
    let mut text = String::new();
    let (mut new, mut changed, mut gone) = (0, 0, 0);
    let mut worst = Severity::Safe;
    for (key, change) in &plan.changes {
        worst = worst.max(change.severity());
        let mark = mark(change.severity());
        let line = match change {
            Change::New(table) => {
                new += 1;
                let columns = count(table.columns.len(), "column");
                format!("{mark} {}.{} is new ({columns})", name(&table.schema), name(&table.name))
            }
            Change::Gone => {
                gone += 1;
                format!("{mark} {}.{} is gone", name(&key.schema), name(&key.table))
            }
            Change::Changed(table, parts) => {
                changed += 1;
                let (schema, table) = (name(&table.schema), name(&table.name));
                let mut line = format!("{mark} {schema}.{table} has changed");
                for part in parts {
                    // Writing into a String cannot fail.
                    let _ = write!(line, "\n  {} {}", self::mark(part.severity()), describe(part));
                }
                line
            }
        };
        text.push_str(&line);
        text.push('\n');
    }
    if plan.changes.is_empty() {
        let what = if plan.failures.is_empty() {
            "nothing has changed"
        } else {
            "nothing has changed in what could be read"
        };
        return format!("{what} ({})\n", count(plan.unchanged, "table"));
    }
    text.push('\n');
    if worst == Severity::Breaking {
        text.push_str("What is marked with ! can break queries: `cargo check` finds them.\n");
    }
    if gone > 0 && !pruned {
        text.push_str("`cargo lake refresh --prune` removes the snapshots of what is gone.\n");
    }
    let _ =
        writeln!(text, "{new} new, {changed} changed, {gone} gone, {} as before", plan.unchanged);
    text
}

/// How many tables or columns are named.
const SHOWN: usize = 5;

/// The names, but not hundreds of them.
fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN).map(|text| name(text)).collect();
    let mut text = shown.join(", ");
    if let Some(more @ 1..) = names.len().checked_sub(SHOWN) {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// What is to be said besides: of guessed types and of tables left out.
pub(crate) fn notes(plan: &Plan) -> String {
    let mut text = String::new();
    for warning in &plan.warnings {
        let _ = writeln!(text, "warning: {warning}");
    }
    for (table, columns) in plan.pinned.iter().take(SHOWN) {
        let _ =
            writeln!(text, "note: lake.toml states the types of {} of {table}", listed(columns));
    }
    if let Some(more @ 1..) = plan.pinned.len().checked_sub(SHOWN) {
        let _ = writeln!(text, "note: it states types of {}, too", count(more, "other table"));
    }
    if !plan.inferred.is_empty() {
        let names = listed(&plan.inferred);
        let _ = writeln!(
            text,
            "note: CSV and JSON state no types; those of {names} are guessed from all rows, \
             and every column can be null\n  \
             = help: look at them; if they must hold, state them in lake.toml, or keep the data \
             in Parquet"
        );
    }
    for Partitioned { table, columns, partitions } in plan.partitioned.iter().take(SHOWN) {
        let _ = writeln!(
            text,
            "note: folders state no types; {} of {table} {} guessed from the names of {}",
            columns.join(", "),
            if columns.len() == 1 { "is" } else { "are" },
            count(*partitions, "partition"),
        );
    }
    if let Some(more @ 1..) = plan.partitioned.len().checked_sub(SHOWN) {
        let _ = writeln!(text, "note: so are those of {}", count(more, "other table"));
    }
    for failure in &plan.failures {
        let _ = writeln!(text, "{failure}");
    }
    text
}

/// A name that a server gave, with its control characters written out: a line break
/// in it would make a line that looks like one of the report.
fn name(text: &str) -> String {
    text.chars()
        .flat_map(|c| match c.is_control() {
            true => c.escape_debug().collect::<Vec<_>>(),
            false => vec![c],
        })
        .collect()
}

fn mark(severity: Severity) -> char {
    match severity {
        Severity::Breaking => '!',
        Severity::Safe => ' ',
    }
}

fn count(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn describe(part: &Part) -> String {
    match part {
        Part::Added(column) => format!("column {} is new ({})", name(&column.name), ty(column)),
        Part::Removed(column) => format!("column {} is gone ({})", name(&column.name), ty(column)),
        Part::Type { column, before, after } => {
            format!("column {} is now {after} (was {before})", name(column))
        }
        Part::Nullable { column, now: true } => format!("column {} can be null now", name(column)),
        Part::Nullable { column, now: false } => {
            format!("column {} is never null now", name(column))
        }
        Part::Name { before, after } => {
            format!("column {} is now written {}", name(before), name(after))
        }
        Part::TableName { before } => format!("its name was written {}", name(before)),
        Part::Order => "the columns have another order".to_owned(),
        Part::Partitions { before, after } => {
            format!("it is now partitioned by {} (was {})", names(after), names(before))
        }
        Part::Comment { column: None } => "its comment".to_owned(),
        Part::Comment { column: Some(column) } => {
            format!("the comment of column {}", name(column))
        }
        Part::Unreadable(reason) => format!("its snapshot could not be read: {reason}"),
        Part::Form => "its snapshot was not as `cargo lake refresh` writes it".to_owned(),
    }
}

/// `a, b`, or `nothing`.
fn names(columns: &[String]) -> String {
    match columns {
        [] => "nothing".to_owned(),
        some => some.iter().map(|column| name(column)).collect::<Vec<_>>().join(", "),
    }
}

fn ty(column: &Column) -> String {
    format!("{}{}", column.ty, if column.nullable { "" } else { " not null" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_make_no_lines_and_move_no_cursor() {
        assert_eq!(name("new\nline is gone"), "new\\nline is gone");
        assert_eq!(name("\x1b]0;title\x07"), "\\u{1b}]0;title\\u{7}");
        assert_eq!(name("naïve täble"), "naïve täble");
        let part = Part::Name { before: "a\tb".into(), after: "c".into() };
        assert_eq!(describe(&part), "column a\\tb is now written c");
        assert_eq!(names(&["a\r".into(), "b".into()]), "a\\r, b");
    }
}
