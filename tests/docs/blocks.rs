//! The Markdown pages of the repository, and the blocks of code in them.

use std::path::{Path, PathBuf};

/// A page.
pub(crate) struct Page {
    /// Its path from the root.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// A block between three backquotes.
pub(crate) struct Block {
    /// The line that opens it, from 1.
    pub(crate) line: usize,
    /// What is written behind the backquotes.
    pub(crate) info: String,
    pub(crate) text: String,
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The pages at the root and in `docs/`, by their names.
pub(crate) fn pages() -> Vec<Page> {
    let mut pages = Vec::new();
    for folder in ["", "docs"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                let name = Path::new(folder).join(&*file).to_string_lossy().replace('\\', "/");
                let text = std::fs::read_to_string(&path).expect("a text");
                pages.push(Page { name, path, text });
            }
        }
    }
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    pages
}

impl Page {
    /// The name as one of Rust.
    pub(crate) fn identifier(&self) -> String {
        let name = self.name.trim_start_matches("docs/").trim_end_matches(".md");
        name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "_")
    }

    /// The blocks of code; those in a list are indented.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (number, line) in self.text.lines().enumerate() {
            match (line.trim_start().strip_prefix("```"), &mut open) {
                (Some(info), None) => {
                    let (line, info) = (number + 1, info.to_owned());
                    open = Some(Block { line, info, text: String::new() });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block of code is not closed", self.name);
        blocks
    }
}
