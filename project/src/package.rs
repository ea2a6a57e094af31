//! The package that cargo compiles, and the files that its macros name.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::project::CONFIG;
use crate::shown::shown;

/// The folder of the package that cargo compiles.
///
/// # Errors
///
/// If cargo does not name it.
pub fn folder() -> Result<PathBuf, Error> {
    env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).ok_or_else(|| {
        Error::new(format!(
            "CARGO_MANIFEST_DIR is not set, so that `{CONFIG}` can't be found; build with cargo"
        ))
    })
}

/// A text file of the package.
#[derive(Debug)]
pub struct TextFile {
    /// Its absolute path.
    pub path: PathBuf,
    /// The path as messages show it.
    pub shown: String,
    /// What is in it.
    pub text: String,
}

/// Reads a file that is named relative to the folder of the package that is compiled.
///
/// # Errors
///
/// If cargo does not name the package, or the file can't be read.
pub fn read(name: &str) -> Result<TextFile, Error> {
    read_in(&folder()?, name)
}

fn read_in(folder: &Path, name: &str) -> Result<TextFile, Error> {
    let path = folder.join(name);
    let shown = shown(&path);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(TextFile { path, shown, text }),
        Err(error) => {
            let message = match error.kind() {
                ErrorKind::NotFound => format!("file `{shown}` does not exist"),
                _ => format!("`{shown}` can't be read: {error}"),
            };
            let help = "the path is relative to the folder of the package's Cargo.toml";
            Err(Error::new(message).help(help))
        }
    }
}

/// The text of a Rust file as rustc reads it: without a byte order mark, and with `\n`
/// at the end of each line. `None` if it can't be read.
pub fn rust_source(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

    #[test]
    fn files_are_found_in_the_package() {
        let folder = Folder::new();
        folder.write("sql/q.sql", "SELECT 1");
        let found = read_in(folder.path(), "sql/q.sql").unwrap();
        assert_eq!(found.path, folder.path().join("sql/q.sql"));
        assert_eq!(found.text, "SELECT 1");
        let missing = read_in(folder.path(), "sql/p.sql").unwrap_err();
        let shown = folder.path().join("sql/p.sql");
        assert_eq!(missing.message, format!("file `{}` does not exist", shown.display()));
        let not_a_file = read_in(folder.path(), "sql").unwrap_err();
        assert!(not_a_file.message.contains("can't be read: "), "{not_a_file}");
        for error in [missing, not_a_file] {
            assert!(error.help.is_some_and(|help| help.contains("Cargo.toml")));
        }
    }

    #[test]
    fn rust_is_read_as_rustc_reads_it() {
        let folder = Folder::new();
        folder.write("a.rs", "\u{feff}a\r\nb\r");
        assert_eq!(rust_source(&folder.path().join("a.rs")).as_deref(), Some("a\nb\r"));
        assert_eq!(rust_source(&folder.path().join("b.rs")), None);
    }
}
