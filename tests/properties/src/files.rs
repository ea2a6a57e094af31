//! The files of the repository that inputs are made from.

use std::path::{Path, PathBuf};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The texts of the files below a folder whose names end so, in the order of their paths.
pub(crate) fn texts(folder: &str, extension: &str) -> Vec<String> {
    paths(folder, extension).iter().map(|path| read(path)).collect()
}

/// The paths of the files below a folder whose names end so, in order.
pub(crate) fn paths(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder);
        for entry in entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no .{extension} in {folder}");
    found.sort();
    found
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The blocks of code of a language in a page of the documentation.
pub(crate) fn blocks(page: &str, language: &str) -> Vec<String> {
    let page = read(&root().join("docs").join(page));
    let begin = format!("```{language}\n");
    let blocks = page.split(&begin).skip(1);
    blocks.filter_map(|block| Some(block.split_once("```")?.0.to_owned())).collect()
}

/// What stands in code in the first cells of the tables of a page of the documentation.
pub(crate) fn examples(page: &str) -> Vec<String> {
    let page = read(&root().join("docs").join(page));
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.filter_map(|row| row.split_once("` |"));
    cells.map(|(example, _)| example.replace("\\|", "|")).collect()
}

/// Texts as inputs.
pub(crate) fn bytes(texts: impl IntoIterator<Item = String>) -> Vec<Vec<u8>> {
    texts.into_iter().map(String::into_bytes).collect()
}
