//! What is wrong with a file of text: where, and what to do about it.

use std::io;
use std::path::Path;

use crate::error::{Error, ErrorKind};

/// What to do about a value that is not of the type stated of its column.
pub(super) const OF_OTHER_TYPE: &str = "the type is that of lake.toml or of the snapshot: correct the value, or else the type, and refresh the snapshots with `cargo lake refresh`";

/// What to do about data that can't be decompressed.
const CUT: &str =
    "the file was not written or copied to its end, or was damaged since: write or copy it again";

/// What to do about bytes that are not UTF-8, of a file that does not begin as UTF-16.
const LATIN_1: &str = "tables of text are UTF-8, and this may be Latin-1 or Windows-1252; convert the file, for example with `iconv -f WINDOWS-1252 -t UTF-8`";

/// Something in a file that is not as it has to be.
#[derive(Debug)]
pub(super) enum Broken {
    /// The file itself can't be read.
    Io(io::Error),
    /// Its bytes are not those that its name promises: what they are, and what to do.
    Unlike { what: String, help: String },
    /// There is nothing in it.
    Empty,
    /// The column of this number has no name.
    Unnamed(usize),
    /// A place in it.
    At {
        /// The line, from 1.
        line: usize,
        /// What the line is or has.
        what: String,
        help: &'static str,
    },
}

impl Broken {
    pub(super) fn at(line: usize, what: impl Into<String>, help: &'static str) -> Broken {
        Broken::At { line, what: what.into(), help }
    }

    /// That a line has a value that is not of the type stated of its column.
    pub(super) fn of_other_type(line: usize, what: impl Into<String>) -> Broken {
        Broken::at(line, what, OF_OTHER_TYPE)
    }

    /// That bytes are no text: the first that are not are the bytes at `at`.
    pub(super) fn not_utf8(line: usize, bytes: &[u8], at: usize) -> Broken {
        let before = &bytes[..at.min(bytes.len())];
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let line = line + newlines(before);
        let what = format!("is not UTF-8: byte {} of the line", at - start + 1);
        Broken::at(line, what, LATIN_1)
    }

    /// The error, of which only the file was missing.
    pub(super) fn in_file(self, file: &Path) -> Error {
        let path = file.display();
        let broken = |message| Error::new(ErrorKind::BrokenData, message).at_path(file);
        match self {
            Broken::Io(error) => {
                let is_cut = error.kind() == io::ErrorKind::InvalidData;
                let broken = broken(format!("`{path}` can't be read: {error}")).caused_by(error);
                if is_cut { broken.with_help(CUT) } else { broken }
            }
            Broken::Unlike { what, help } => broken(format!("`{path}` {what}")).with_help(help),
            Broken::Empty => broken(format!("`{path}` can't be read: it is empty"))
                .with_help("write the names of its columns into the first line"),
            Broken::Unnamed(column) => broken(format!("column {column} of `{path}` has no name"))
                .with_help("name every column in the first line of the file"),
            Broken::At { line, what, help } => {
                broken(format!("`{path}` can't be read: line {line} {what}")).with_help(help)
            }
        }
    }
}

/// How many lines end in the bytes.
pub(super) fn newlines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// A value for a message, on one line and not too long.
pub(super) fn shown(value: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = value.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
