//! Reading a snapshot, and the names of the files that snapshots are in.

use std::path::{Component, Path};

use lakequery_compiler::snapshot::{file, path};

use crate::{Property, files};

pub(crate) const PROPERTY: Property =
    Property { name: "snapshot", holds, seeds, memory: (1 << 18, 1 << 10) };

fn seeds() -> Vec<Vec<u8>> {
    let mut texts = files::texts("schemas", "toml");
    texts.extend(files::blocks("lake-toml.md", "toml"));
    files::bytes(texts)
}

fn holds(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    named(text);
    match file::parse("s", text) {
        Ok(table) => {
            let written = file::write(&table);
            assert_eq!(file::parse("s", &written).as_ref(), Ok(&table), "{written}");
            assert_eq!(file::write(&table), written);
            named(&table.name);
        }
        Err(error) => {
            assert!(!error.message.is_empty());
            place(text, error.line, error.column);
        }
    }
}

/// A line and a column, from 1, that a text has: or those right behind its end.
pub(crate) fn place(text: &str, line: usize, column: usize) {
    let lines: Vec<&str> = text.split('\n').collect();
    assert!((1..=lines.len()).contains(&line), "line {line} of {}", lines.len());
    let columns = lines[line - 1].chars().count() + 1;
    assert!((1..=columns).contains(&column), "column {column} of {columns} in line {line}");
}

/// The name of a table is that of a file in the folder, and comes back from it.
fn named(name: &str) {
    let (file, folder) = (path::file(name), path::folder(name));
    for written in [&file, &folder] {
        let mut parts = Path::new(written).components();
        assert!(matches!(parts.next(), Some(Component::Normal(_))), "{written:?}");
        assert_eq!(parts.next(), None, "{written:?}");
        assert!(!written.chars().any(char::is_control), "{written:?}");
    }
    if !name.is_empty() {
        assert_eq!(path::table(&file), Some(name.to_lowercase()), "{file:?}");
        assert_eq!(path::schema(&folder), name.to_lowercase(), "{folder:?}");
    }
}
