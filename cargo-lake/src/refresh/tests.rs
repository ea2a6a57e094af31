//! Refreshing from sources that tests make up: what is written, told and left alone.

use std::fs;

use lakequery_compiler::snapshot::Table;

use super::*;
use crate::testing::{Fake, Folder, table};

/// A project with these lines in its `lake.toml`.
struct Setup {
    folder: Folder,
    catalog: Fake,
}

impl Setup {
    fn new(config: &str) -> Setup {
        let folder = Folder::new();
        folder.write("lake.toml", &format!("targets = [\"datafusion\"]\n{config}"));
        Setup { folder, catalog: Fake::default() }
    }

    /// One source, `local`, with these tables.
    fn local(tables: Vec<Table>) -> Setup {
        let setup = Setup::new("[source.local]\nurl = 'local'");
        setup.catalog.set("local", Ok(tables));
        setup
    }

    fn project(&self) -> Project {
        Project::at(&self.folder.path().join("lake.toml")).unwrap()
    }

    fn plan(&self) -> Plan {
        plan::make(&self.project(), &self.catalog, &[]).unwrap()
    }

    fn refresh(&self) -> Outcome {
        refresh(&self.project(), &self.catalog, &[], false).unwrap()
    }

    fn prune(&self) -> Outcome {
        refresh(&self.project(), &self.catalog, &[], true).unwrap()
    }

    fn diff(&self) -> Outcome {
        diff(&self.project(), &self.catalog, &[]).unwrap()
    }

    fn files(&self) -> Vec<String> {
        self.folder.files("schemas")
    }
}

fn simple(schema: &str, name: &str) -> Table {
    table(schema, name, &[("a", "bigint")])
}

#[test]
fn a_refresh_writes_once() {
    let setup = Setup::local(vec![simple("tpch", "Orders"), simple("sales", "x")]);
    assert_eq!(setup.diff(), Outcome::Different);
    assert_eq!(setup.refresh(), Outcome::Fine);
    assert_eq!(setup.files(), ["sales/x.toml", "tpch/orders.toml"]);
    assert_eq!(setup.diff(), Outcome::Fine);

    let path = setup.folder.path().join("schemas/tpch/orders.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("name = \"Orders\"") && text.contains("a = \"bigint\""), "{text}");
    // What has not changed is not touched, so that nothing is compiled anew.
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(20));
    setup.catalog.set("local", Ok(vec![simple("tpch", "Orders"), simple("sales", "y")]));
    assert_eq!(setup.refresh(), Outcome::Fine);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    // As a checkout on Windows has it: the same snapshot.
    fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    assert!(setup.plan().changes.keys().all(|key| key.schema == "sales"));
}

#[test]
fn what_is_gone_is_removed_only_when_asked() {
    let setup = Setup::local(vec![simple("s", "a"), simple("s", "b"), simple("other", "c")]);
    setup.refresh();
    setup.catalog.set("local", Ok(vec![simple("s", "a")]));
    assert_eq!(setup.refresh(), Outcome::Fine);
    assert_eq!(setup.files(), ["other/c.toml", "s/a.toml", "s/b.toml"]);
    assert_eq!(setup.diff(), Outcome::Different);
    assert_eq!(setup.prune(), Outcome::Fine);
    assert_eq!(setup.files(), ["s/a.toml"]);
    assert_eq!(setup.diff(), Outcome::Fine);
}

#[test]
fn a_source_removes_only_what_can_be_its_own() {
    let config = "[source.a]\nurl = 'a'\nschemas = ['s']\n[source.b]\nurl = 'b'\nschemas = ['t']";
    let setup = Setup::new(config);
    setup.catalog.set("a", Ok(vec![simple("s", "x"), simple("s", "y"), simple("ignored", "z")]));
    setup.catalog.set("b", Ok(vec![simple("t", "x"), simple("t", "y")]));
    setup.folder.write("schemas/hand/made.toml", "version = 1");
    setup.refresh();
    let all = ["hand/made.toml", "s/x.toml", "s/y.toml", "t/x.toml", "t/y.toml"];
    assert_eq!(setup.files(), all);

    // Of two sources one fails: of the other's schemas nothing is gone.
    setup.catalog.set("a", Ok(vec![simple("s", "x")]));
    setup.catalog.set("b", Err("no route to host".into()));
    assert_eq!(setup.prune(), Outcome::Incomplete);
    assert_eq!(setup.files(), ["hand/made.toml", "s/x.toml", "t/x.toml", "t/y.toml"]);

    // A schema with no table at all is more likely a mistake than true.
    setup.catalog.set("a", Ok(vec![]));
    setup.catalog.set("b", Ok(vec![simple("t", "x")]));
    assert_eq!(setup.prune(), Outcome::Incomplete);
    assert_eq!(setup.files(), ["hand/made.toml", "s/x.toml", "t/x.toml"]);
}

#[test]
fn only_the_sources_that_are_named() {
    let setup = Setup::new("[source.one]\nurl = 'a'\n[source.two]\nurl = '${UNSET_X1}'");
    setup.catalog.set("a", Ok(vec![simple("s", "x")]));
    let project = setup.project();
    let run = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        refresh(&project, &setup.catalog, &names, true)
    };
    assert_eq!(run(&["one"]), Ok(Outcome::Fine));
    assert_eq!(setup.files(), ["s/x.toml"]);
    assert_eq!(run(&["one", "two"]), Ok(Outcome::Incomplete));
    let wrong = run(&["ones"]).unwrap_err().to_string();
    assert!(wrong.ends_with("names no source `ones`\n  = help: did you mean `one`?"), "{wrong}");
    let wrong = run(&["cluster"]).unwrap_err().to_string();
    assert!(wrong.ends_with("  = help: its sources are one, two"), "{wrong}");

    let plan = setup.plan();
    let failure = plan.failures[0].to_string();
    assert!(
        failure.contains("needs the environment variable UNSET_X1, which is not set"),
        "{failure}"
    );
}

#[test]
fn logical_schemas_have_the_names_of_lake_toml() {
    let mapping = "[schema.sales]\ndatafusion = 'Prod'\n[source.a]\nurl = 'a'\n";
    let tables = vec![simple("Prod", "x"), simple("sales", "not_ours"), simple("Other", "y")];
    for (schemas, files) in [
        ("", ["other/y.toml", "sales/x.toml"].as_slice()),
        ("schemas = ['sales']", &["sales/x.toml"]),
    ] {
        let setup = Setup::new(&format!("{mapping}{schemas}"));
        setup.catalog.set("a", Ok(tables.clone()));
        assert_eq!(setup.refresh(), Outcome::Fine);
        assert_eq!(setup.files(), files);
        let warnings = setup.plan().warnings;
        if schemas.is_empty() {
            let told = "source `a` has a schema `sales` that is left out: \
                        in lake.toml `sales` is another schema of datafusion";
            assert_eq!(warnings, [told]);
        } else {
            assert!(warnings.is_empty(), "{warnings:?}");
        }
    }
}

#[test]
fn what_can_have_no_snapshot_is_told_and_left_alone() {
    let mut twice = simple("s", "twice");
    twice.columns.extend(table("s", "t", &[("A", "date")]).columns);
    let mut empty = simple("s", "empty");
    empty.columns.clear();
    let other_case = table("s", "case", &[("b", "date")]);
    let setup = Setup::local(vec![
        simple("s", "ok"),
        twice,
        empty,
        simple("s", "CASE"),
        other_case,
        simple("s", "same"),
        simple("s", "same"),
    ]);
    setup.folder.write("schemas/s/case.toml", "version = 1");
    assert_eq!(setup.prune(), Outcome::Fine);
    assert_eq!(setup.files(), ["s/case.toml", "s/ok.toml"]);
    assert_eq!(
        setup.plan().warnings,
        [
            "no snapshot of s.twice: column `A` is already there as `a`; \
             names differ by more than case",
            "no snapshot of s.empty: the table has no columns",
            "no snapshot of s.case: source `local` also has s.CASE",
            "no snapshot of s.same: source `local` has two tables of this name",
        ]
    );
}

#[test]
fn a_table_that_cannot_be_read_is_not_gone() {
    let setup = Setup::local(vec![simple("s", "a"), simple("s", "unreadable")]);
    setup.folder.write("schemas/s/unreadable.toml", "version = 1");
    setup.folder.write("schemas/s/gone.toml", "version = 1");
    assert_eq!(setup.prune(), Outcome::Incomplete);
    assert_eq!(setup.files(), ["s/a.toml", "s/unreadable.toml"]);
    assert_eq!(setup.diff(), Outcome::Incomplete);
    assert_eq!(
        setup.plan().failures[0].to_string(),
        "error: source `local`: s.unreadable: the file is cut short"
    );
}

#[test]
fn two_sources_with_one_table() {
    let setup = Setup::new("[source.a]\nurl = 'a'\n[source.b]\nurl = 'b'");
    setup.catalog.set("a", Ok(vec![simple("s", "same"), simple("s", "other")]));
    setup.catalog.set("b", Ok(vec![simple("s", "same"), table("s", "other", &[("b", "date")])]));
    assert_eq!(setup.refresh(), Outcome::Fine);
    assert_eq!(setup.files(), ["s/same.toml"]);
    assert_eq!(
        setup.plan().warnings,
        ["no snapshot of s.other: sources `a` and `b` both have it, and not the same"]
    );
}

#[test]
fn the_report_tells_all() {
    let before = [("a", "bigint not null"), ("b", "varchar"), ("c", "date"), ("d", "decimal(5,2)")];
    let setup = Setup::local(vec![
        table("s", "changed", &before),
        simple("s", "gone"),
        simple("s", "same"),
        simple("s", "broken"),
    ]);
    setup.refresh();
    setup.folder.write("schemas/s/broken.toml", "version = 2");
    let after = [
        ("a", "bigint"),
        ("c", "timestamp(3)"),
        ("d", "decimal(7,2)"),
        ("e", "array(bigint) not null"),
    ];
    setup.catalog.set(
        "local",
        Ok(vec![
            table("s", "changed", &after),
            simple("s", "same"),
            simple("s", "broken"),
            simple("s", "raw_csv"),
        ]),
    );
    let plan = setup.plan();
    let expected = "  \
  s.broken has changed
    its snapshot could not be read: 1:11: this snapshot was written by a newer cargo lake \
(format 2, and this lakequery reads 1); update lakequery, or refresh it with the cargo lake of \
this version
! s.changed has changed
  ! column b is gone (varchar)
  ! column a can be null now
  ! column c is now timestamp(3) (was date)
    column d is now decimal(7,2) (was decimal(5,2))
    column e is new (array(bigint) not null)
! s.gone is gone
  s.raw_csv is new (1 column)

What is marked with ! can break queries: `cargo check` finds them.
`cargo lake refresh --prune` removes the snapshots of what is gone.
1 new, 2 changed, 1 gone, 1 as before
";
    assert_eq!(report::changes(&plan, false), expected);
    let pruned = report::changes(&plan, true);
    assert!(!pruned.contains("--prune"), "{pruned}");
    let notes = report::notes(&plan);
    assert!(notes.starts_with("note: CSV and JSON state no types; those of s.raw_csv are guessed"));

    setup.prune();
    assert_eq!(report::changes(&setup.plan(), false), "nothing has changed (4 tables)\n");
}
