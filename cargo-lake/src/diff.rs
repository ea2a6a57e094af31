//! What has changed between two states of a schema.

use std::collections::{BTreeMap, HashMap};
use std::mem::discriminant;

use lakequery_compiler::snapshot::{Column, Table};
use lakequery_project::{Key, Stored};
use lakequery_types::Type;

/// What has happened to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It was not there before.
    New(Table),
    /// It is not there any more.
    Gone,
    /// It is another than it was, in at least one way.
    Changed(Table, Vec<Part>),
}

/// One way in which a table has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A column that was not there before.
    Added(Column),
    /// A column that is not there any more.
    Removed(Column),
    /// A column of another type.
    Type { column: String, before: Type, after: Type },
    /// A column that had no NULL and can have one now, or the other way round.
    Nullable { column: String, now: bool },
    /// The case of a column's name.
    Name { before: String, after: String },
    /// The case of the table's name.
    TableName { before: String },
    /// The order of the columns that were there before.
    Order,
    /// The columns that the table is partitioned by.
    Partitions { before: Vec<String>, after: Vec<String> },
    /// A comment: of a column, or of the table.
    Comment { column: Option<String> },
    /// The snapshot could not be read, for this reason.
    Unreadable(String),
    /// Nothing but how the snapshot is written.
    Form,
}

/// What a change means for queries that were written before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// They go on as before.
    Safe,
    /// They may not compile any more, or give other Rust types.
    Breaking,
}

impl Change {
    pub(crate) fn severity(&self) -> Severity {
        match self {
            Change::New(_) => Severity::Safe,
            Change::Gone => Severity::Breaking,
            Change::Changed(_, parts) => {
                parts.iter().map(Part::severity).max().unwrap_or(Severity::Safe)
            }
        }
    }
}

impl Part {
    pub(crate) fn severity(&self) -> Severity {
        match self {
            Part::Removed(_) | Part::Nullable { .. } => Severity::Breaking,
            Part::Type { before, after, .. } if !same_rust_type(before, after) => {
                Severity::Breaking
            }
            _ => Severity::Safe,
        }
    }
}

/// Whether two types differ in no more than a length or a precision.
fn same_rust_type(a: &Type, b: &Type) -> bool {
    let nested = matches!(a, Type::Array(_) | Type::Map(..) | Type::Row(_));
    (discriminant(a) == discriminant(b) && !nested) || (a.is_text() && b.is_text())
}

/// The changes from the snapshots to the tables there are, by table.
///
/// The two are held against each other as far as `covers` says that a table that
/// is not in `after` is gone, and not merely somewhere else.
pub(crate) fn changes(
    before: &BTreeMap<Key, Stored>,
    after: &BTreeMap<Key, Table>,
    covers: impl Fn(&Key) -> bool,
) -> BTreeMap<Key, Change> {
    let mut changes = BTreeMap::new();
    for key in before.keys() {
        if !after.contains_key(key) && covers(key) {
            changes.insert(key.clone(), Change::Gone);
        }
    }
    for (key, table) in after {
        let parts = match before.get(key) {
            None => {
                changes.insert(key.clone(), Change::New(table.clone()));
                continue;
            }
            Some(Stored { table: Err(reason), .. }) => vec![Part::Unreadable(reason.clone())],
            Some(Stored { table: Ok(before), text }) => {
                let parts = parts(before, table);
                let rewritten =
                    parts.is_empty() && lakequery_compiler::snapshot::file::write(table) != *text;
                if rewritten { vec![Part::Form] } else { parts }
            }
        };
        if !parts.is_empty() {
            changes.insert(key.clone(), Change::Changed(table.clone(), parts));
        }
    }
    changes
}

/// What has changed in a table.
fn parts(before: &Table, after: &Table) -> Vec<Part> {
    let mut parts = Vec::new();
    if before.name != after.name {
        parts.push(Part::TableName { before: before.name.clone() });
    }
    if before.comment != after.comment {
        parts.push(Part::Comment { column: None });
    }
    let by_name = |table: &Table| -> HashMap<String, usize> {
        let columns = table.columns.iter().enumerate();
        columns.map(|(i, column)| (column.name.to_lowercase(), i)).collect()
    };
    let (old, new) = (by_name(before), by_name(after));
    for column in &before.columns {
        if !new.contains_key(&column.name.to_lowercase()) {
            parts.push(Part::Removed(column.clone()));
        }
    }
    let mut last = None;
    let mut moved = false;
    for column in &after.columns {
        let Some(&i) = old.get(&column.name.to_lowercase()) else {
            parts.push(Part::Added(column.clone()));
            continue;
        };
        moved |= last.is_some_and(|last| last > i);
        last = Some(i);
        column_parts(&before.columns[i], column, &mut parts);
    }
    if moved {
        parts.push(Part::Order);
    }
    if before.partitioned_by != after.partitioned_by {
        parts.push(Part::Partitions {
            before: before.partitioned_by.clone(),
            after: after.partitioned_by.clone(),
        });
    }
    parts
}

fn column_parts(before: &Column, after: &Column, parts: &mut Vec<Part>) {
    let column = after.name.clone();
    if before.name != after.name {
        parts.push(Part::Name { before: before.name.clone(), after: column.clone() });
    }
    // Equal types may differ in what can be NULL inside, which their names tell.
    if before.ty.to_string() != after.ty.to_string() {
        parts.push(Part::Type {
            column: column.clone(),
            before: before.ty.clone(),
            after: after.ty.clone(),
        });
    }
    if before.nullable != after.nullable {
        parts.push(Part::Nullable { column: column.clone(), now: after.nullable });
    }
    if before.comment != after.comment {
        parts.push(Part::Comment { column: Some(column) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::table;

    fn ty(name: &str) -> Type {
        Type::parse(name).unwrap()
    }

    #[test]
    fn what_changes_in_a_table() {
        let before = [("a", "bigint not null"), ("b", "varchar(5)"), ("c", "date")];
        let added = table("s", "t", &[("d", "real not null")]).columns.remove(0);
        let removed = table("s", "t", &[("b", "varchar(5)")]).columns.remove(0);
        type Columns<'a> = &'a [(&'a str, &'a str)];
        let nested = |inside| [("a", inside)];
        let (old, new) = (nested("array(date not null)"), nested("array(date)"));
        let found = parts(&table("s", "t", &old), &table("s", "t", &new));
        let [Part::Type { column: _, before: was, after: is }] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!((&*was.to_string(), &*is.to_string()), ("array(date not null)", "array(date)"));
        assert_eq!(found[0].severity(), Severity::Breaking);

        let cases: [(Columns<'_>, Vec<Part>, Severity); 8] = [
            (&before, vec![], Severity::Safe),
            (
                &[before[0], before[1], ("d", "real not null"), before[2]],
                vec![Part::Added(added)],
                Severity::Safe,
            ),
            (&[before[0], before[2]], vec![Part::Removed(removed)], Severity::Breaking),
            (
                &[("a", "integer not null"), before[1], before[2]],
                vec![Part::Type { column: "a".into(), before: ty("bigint"), after: ty("integer") }],
                Severity::Breaking,
            ),
            (
                &[before[0], ("b", "varchar"), before[2]],
                vec![Part::Type {
                    column: "b".into(),
                    before: ty("varchar(5)"),
                    after: ty("varchar"),
                }],
                Severity::Safe,
            ),
            (
                &[("a", "bigint"), before[1], ("c", "date not null")],
                vec![
                    Part::Nullable { column: "a".into(), now: true },
                    Part::Nullable { column: "c".into(), now: false },
                ],
                Severity::Breaking,
            ),
            (&[before[2], before[0], before[1]], vec![Part::Order], Severity::Safe),
            (
                &[("A", "bigint not null"), before[1], before[2]],
                vec![Part::Name { before: "a".into(), after: "A".into() }],
                Severity::Safe,
            ),
        ];
        for (columns, expected, severity) in cases {
            let found = parts(&table("s", "t", &before), &table("s", "t", columns));
            assert_eq!(found, expected, "{columns:?}");
            let change = Change::Changed(table("s", "t", columns), found);
            assert_eq!(change.severity(), severity, "{columns:?}");
        }
    }

    #[test]
    fn names_comments_and_partitions() {
        let before = table("s", "t", &[("a", "bigint")]);
        let mut after = before.clone();
        after.name = "T".into();
        after.comment = Some("x".into());
        after.columns[0].comment = Some("y".into());
        after.partitioned_by = vec!["a".into()];
        let expected = [
            Part::TableName { before: "t".into() },
            Part::Comment { column: None },
            Part::Comment { column: Some("a".into()) },
            Part::Partitions { before: vec![], after: vec!["a".into()] },
        ];
        assert_eq!(parts(&before, &after), expected);
    }

    #[test]
    fn types_of_one_rust_type() {
        for (a, b, same) in [
            ("decimal(10,2)", "decimal(12,4)", true),
            ("timestamp(3)", "timestamp(6)", true),
            ("char(3)", "varchar", true),
            ("timestamp(3)", "timestamp(3) with time zone", false),
            ("array(bigint)", "array(integer)", false),
            ("integer", "bigint", false),
        ] {
            assert_eq!(same_rust_type(&ty(a), &ty(b)), same, "{a} {b}");
        }
    }

    #[test]
    fn tables_come_and_go() {
        let stored = |table: Table| Stored {
            text: lakequery_compiler::snapshot::file::write(&table),
            table: Ok(table),
        };
        let simple = |name: &str| table("s", name, &[("a", "bigint")]);
        let before = BTreeMap::from([
            (Key::new("s", "same"), stored(simple("same"))),
            (Key::new("s", "gone"), stored(simple("gone"))),
            (Key::new("elsewhere", "kept"), stored(simple("kept"))),
            (Key::new("s", "broken"), Stored { table: Err("1:1: no".into()), text: "x".into() }),
            (
                Key::new("s", "edited"),
                Stored { table: Ok(simple("edited")), text: "# by hand".into() },
            ),
        ]);
        let names = ["same", "new", "broken", "edited"];
        let after = names.map(|name| (Key::new("s", name), simple(name)));
        let changes = changes(&before, &BTreeMap::from(after), |key| key.schema == "s");
        let expected = BTreeMap::from([
            (Key::new("s", "gone"), Change::Gone),
            (Key::new("s", "new"), Change::New(simple("new"))),
            (
                Key::new("s", "broken"),
                Change::Changed(simple("broken"), vec![Part::Unreadable("1:1: no".into())]),
            ),
            (Key::new("s", "edited"), Change::Changed(simple("edited"), vec![Part::Form])),
        ]);
        assert_eq!(changes, expected);
        assert_eq!(changes[&Key::new("s", "gone")].severity(), Severity::Breaking);
    }
}
