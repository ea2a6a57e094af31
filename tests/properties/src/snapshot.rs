//! Reading a snapshot, and the names of the files that snapshots are in.

use std::path::Component;

use lakequery_compiler::config::{FileError, FileErrors};
use lakequery_compiler::snapshot::file;
use lakequery_project::Key;

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
        Err(errors) => mistakes(text, &errors),
    }
}

/// Mistakes have a message and a place, and stand in the order of the file.
pub(crate) fn mistakes(text: &str, FileErrors(errors): &FileErrors) {
    assert!(!errors.is_empty(), "refused without a reason");
    assert!(errors.is_sorted_by_key(|error| (error.line, error.column)), "{errors:?}");
    let lines: Vec<&str> = text.split('\n').collect();
    for FileError { message, line, column } in errors {
        assert!(!message.is_empty());
        assert!((1..=lines.len()).contains(line), "line {line} of {}", lines.len());
        // A place may be right behind the end of its line.
        let columns = lines[line - 1].chars().count() + 1;
        assert!((1..=columns).contains(column), "column {column} of {columns} in line {line}");
    }
}

/// The path of a table's snapshot stays in the folder, and leads back to the table.
fn named(name: &str) {
    let key = Key::new(name, name);
    let path = key.path();
    let is_name = |part| matches!(part, Component::Normal(_));
    assert!(path.components().count() == 2 && path.components().all(is_name), "{path:?}");
    let written = path.to_str().expect("a text");
    assert!(!written.chars().any(char::is_control), "{written:?}");
    let back = Key::at(&path);
    assert_eq!(back, (!name.is_empty()).then_some(key), "{path:?}");
}
