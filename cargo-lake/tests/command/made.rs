//! Every made file (`tests/files` of the repository) under `cargo lake refresh`: a
//! snapshot of what can be read, a word about all else.

use std::fs;

use crate::cases::{self, Case};
use crate::folder::Folder;

const CONFIG: &str = "targets = ['datafusion']\n[source.local]\nurl = 'datafusion:data/'\n";

/// What is told of a case: everything about its table.
fn told<'a>(stderr: &'a str, case: &Case) -> Vec<&'a str> {
    let table = format!("{}.{}", case.schema, case.name);
    let about = |line: &&str| {
        line.starts_with(&format!("error: source `local`: {table}: "))
            || line.starts_with(&format!("warning: no snapshot of {table}: "))
            || line.contains(&format!(" of {table} is left out: "))
    };
    stderr.lines().filter(about).collect()
}

/// Whether the snapshot and what is told are as expected; the snapshot's file.
fn check(folder: &Folder, case: &Case, stderr: &str) -> Result<Option<String>, String> {
    let told = told(stderr, case);
    let path = lakequery_project::Key::new(case.schema, &case.name).path();
    let path = format!("schemas/{}", path.display());
    let snapshot = fs::read_to_string(folder.path(&path)).ok();
    let refusal = case.error.as_ref().filter(|_| !case.unlisted).or(case.warning.as_ref());
    if case.unlisted || refusal.is_some() {
        let is_told = match refusal {
            Some(refusal) => matches!(told[..], [line] if line.contains(refusal)),
            None => told.is_empty(),
        };
        return match (snapshot, is_told) {
            (None, true) => Ok(None),
            other => Err(format!("{other:?}, told {told:?}")),
        };
    }
    let snapshot = snapshot.ok_or_else(|| format!("no snapshot, told {told:?}"))?;
    let table = lakequery_compiler::snapshot::file::parse(case.schema, &snapshot)
        .map_err(|errors| errors.to_string())?;
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|c| format!("{} {}{}", c.name, c.ty, if c.nullable { "" } else { " not null" }))
        .collect();
    let skipped = told.iter().map(|line| line.split(' ').nth(2).unwrap_or_default());
    if columns != case.columns || table.name != case.name || !skipped.eq(case.skipped.iter()) {
        return Err(format!("{columns:?} of {}, told {told:?}", table.name));
    }
    Ok(Some(path))
}

#[test]
fn every_made_file_has_a_snapshot_or_is_refused() {
    let folder = Folder::new();
    folder.write("lake.toml", CONFIG);
    let cases = cases::all();
    for case in &cases {
        case.write(&folder.path("data"));
    }
    let output = folder.run(&["lake", "refresh"]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let (mut snapshots, mut wrong) = (Vec::new(), Vec::new());
    for case in &cases {
        match check(&folder, case, &stderr) {
            Ok(snapshot) => snapshots.extend(snapshot),
            Err(difference) => {
                wrong.push(format!("{}.{}: {difference}", case.schema, case.name));
            }
        }
    }
    println!("{} tables: {} snapshots", cases.len(), snapshots.len());
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    // No other snapshot, and nothing that panicked.
    assert!(
        stdout.ends_with(&format!("\n{} new, 0 changed, 0 gone, 0 as before\n", snapshots.len()))
    );
    assert!(!stderr.contains("this is a fault"), "{stderr}");
    assert_eq!(output.status.code(), Some(2));
    // A second time nothing changes.
    let again = folder.run(&["lake", "refresh"]);
    let stdout = String::from_utf8(again.stdout).unwrap();
    assert!(stdout.starts_with("nothing has changed"), "{stdout}");
}

/// The snapshots that a package of the compiler's tests compiles against are those
/// that a refresh writes for these names.
#[test]
fn odd_names_are_written_where_queries_look() {
    use arrow_schema::DataType;
    let folder = Folder::new();
    folder.write("lake.toml", CONFIG);
    let tables = ["nul/aux", "nul/100%", "a:b/end.", "a:b/Größe"];
    for table in tables {
        let schema = crate::data::schema(&[("x", DataType::Int64, false)]);
        crate::data::parquet(&folder, &format!("data/{table}.parquet"), schema);
    }
    folder.check(&["refresh"], 0, "  a:b.end. is new (1 column)\n", "");
    let found = "../tests/ui/packages/odd_names/schemas";
    let found = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(found);
    for file in ["%6eul/%61ux.toml", "%6eul/100%25.toml", "a%3ab/end%2e.toml", "a%3ab/größe.toml"]
    {
        let found = fs::read_to_string(found.join(file)).unwrap();
        assert_eq!(folder.read(&format!("schemas/{file}")), found, "{file}");
    }
}

#[test]
fn what_is_passed_over_is_told() {
    let folder = Folder::new();
    folder.write("lake.toml", CONFIG);
    folder.write("data/s/t.csv", "a\n1\n");
    folder.write("data/s/README.md", "about the tables");
    folder.write("data/s/_SUCCESS", "");
    folder.write("data/s/.t.csv.crc", "x");
    folder.write("data/notes.txt", "about all");
    fs::create_dir_all(folder.path("data/s/later")).unwrap();
    let output = folder.run(&["refresh"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = stderr.lines().filter(|line| line.starts_with("warning")).collect();
    let root = fs::canonicalize(folder.path("data")).unwrap();
    let other = "is passed over: it is not a Parquet, CSV, TSV or JSON file";
    assert_eq!(
        lines,
        [
            format!("warning: source `local`: `{}/notes.txt` {other}", root.display()),
            format!("warning: source `local`: `{}/s/README.md` {other}", root.display()),
            format!(
                "warning: source `local`: `{}/s/later` is passed over: it is empty",
                root.display()
            ),
        ]
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_name_that_is_too_long_stops_nothing_else() {
    let folder = Folder::new();
    folder.write("lake.toml", CONFIG);
    let long = "%".repeat(100);
    folder.write(&format!("data/s/{long}.csv"), "a\n1\n");
    folder.write("data/s/t.csv", "a\n1\n");
    let told = format!("warning: no snapshot of s.{long}: its name is too long for that of a file");
    folder.check(&["refresh"], 0, "  s.t is new (1 column)\n", &told);
}
