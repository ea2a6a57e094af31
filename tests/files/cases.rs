//! Made files of every format, good, odd and broken, each with the table that it
//! is expected to be, or the message that is expected of it.
//!
//! The files are written down in `csv.txt`, `json.txt` and `folders.txt`; those of
//! Parquet are made by `parquet.rs` and have their expectations in `parquet.txt`.
//! Several test programs include this file: one reads the tables, one has
//! `cargo lake` refresh from them.
//!
//! `== name` begins a case. Its parts, each up to the next line that begins with `-- `:
//!
//! * `-- file .csv`: the file `name.csv`; `-- file 1.csv`: a file in the folder
//!   `name`. Its lines follow, with `\r`, `\n`, `\t`, `\0`, `\xff` and `\\` for what can't
//!   be seen. A `\` at the end of a line stands for no line break, and
//!   `1500* text` for so many lines; `{n}` in these is the number of the line.
//! * `-- packed .csv.gz`: the same, compressed as the ending says. `-- packed .csv.gz without 3`:
//!   the last bytes are missing, so many.
//! * `-- columns`: the names and types of the columns.
//! * `-- rows`: the rows, with ` | ` between values and texts in quotes. `-- rows 1501`
//!   has so many rows; the lines before `...` are the first ones, those behind it
//!   the last ones.
//! * `-- skipped`: the columns that queries can't use.
//! * `-- warning text`: what `cargo lake refresh` says, which writes no snapshot.
//! * `-- late text`: what is said by who reads the rows; the columns are found.
//! * `-- error text`: what is said by whoever reads the table. `-- unlisted text`: the
//!   same where it is not listed as a table.

#![allow(dead_code, reason = "each program that includes the file needs a part of it")]

#[path = "parquet.rs"]
mod made;
#[path = "packed.rs"]
mod packed;

use std::fs;
use std::path::Path;

/// The texts with the cases, by the schema that they are tables of.
const TEXTS: [(&str, &str); 4] = [
    ("csv", include_str!("csv.txt")),
    ("json", include_str!("json.txt")),
    ("folders", include_str!("folders.txt")),
    ("parquet", include_str!("parquet.txt")),
];

/// A table of made files.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) schema: &'static str,
    pub(crate) name: String,
    /// The names of the files and what is in them.
    files: Vec<(String, Vec<u8>)>,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Option<Rows>,
    pub(crate) skipped: Vec<String>,
    pub(crate) warning: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) unlisted: bool,
    pub(crate) late: Option<String>,
}

/// The rows of a table.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) count: usize,
    pub(crate) first: Vec<String>,
    pub(crate) last: Vec<String>,
}

/// All cases.
pub(crate) fn all() -> Vec<Case> {
    TEXTS.iter().flat_map(|(schema, text)| read(schema, text)).collect()
}

fn read(schema: &'static str, text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut part = String::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().chain(["== "]) {
        if !line.starts_with("== ") && !line.starts_with("-- ") {
            lines.push(line);
            continue;
        }
        // The blank line before the next case belongs to none.
        if line.starts_with("== ") && lines.last() == Some(&"") {
            lines.pop();
        }
        if let Some(case) = cases.last_mut() {
            case.add(&part, &lines);
        }
        lines.clear();
        part.clear();
        match line.strip_prefix("== ") {
            Some(name) => {
                cases.push(Case { schema, name: name.to_owned(), ..Case::default() });
            }
            None => line.clone_into(&mut part),
        }
    }
    cases.pop();
    cases
}

impl Case {
    fn add(&mut self, part: &str, lines: &[&str]) {
        let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        match part.split(' ').collect::<Vec<_>>()[..] {
            // What stands before the first part is about the case.
            [""] => {}
            ["--", "file", name] => self.files.push((name.to_owned(), content(lines))),
            ["--", "packed", name] => {
                self.files.push((name.to_owned(), packed::file(name, &content(lines))));
            }
            ["--", "packed", name, "without", count] => {
                let mut bytes = packed::file(name, &content(lines));
                let count: usize = count.parse().expect("a number of bytes");
                bytes.truncate(bytes.len() - count);
                self.files.push((name.to_owned(), bytes));
            }
            ["--", "parquet"] => {
                self.files.push((".parquet".to_owned(), made::file(&self.name)));
            }
            ["--", "parquet", name] => {
                self.files.push((name.to_owned(), made::file(&format!("{}/{name}", self.name))));
            }
            ["--", "columns"] => self.columns = owned(lines),
            ["--", "skipped"] => self.skipped = owned(lines),
            ["--", "rows"] => {
                self.rows =
                    Some(Rows { count: lines.len(), first: owned(lines), last: Vec::new() });
            }
            ["--", "rows", count] => {
                let cut = lines.iter().position(|line| *line == "...").expect("`...`");
                let count = count.parse().expect("a number of rows");
                let (first, last) = (owned(&lines[..cut]), owned(&lines[cut + 1..]));
                self.rows = Some(Rows { count, first, last });
            }
            ["--", "warning", ..] => self.warning = Some(part["-- warning ".len()..].to_owned()),
            ["--", "unlisted", ..] => {
                self.error = Some(part["-- unlisted ".len()..].to_owned());
                self.unlisted = true;
            }
            ["--", "late", ..] => self.late = Some(part["-- late ".len()..].to_owned()),
            ["--", "error", ..] => self.error = Some(part["-- error ".len()..].to_owned()),
            _ => panic!("{}.{}: {part}", self.schema, self.name),
        }
    }

    /// The name of the table, as SQL writes it.
    pub(crate) fn table(&self) -> String {
        format!("\"{}\".\"{}\"", self.schema, self.name)
    }

    /// Writes the files into the folder of all tables.
    pub(crate) fn write(&self, folder: &Path) {
        let schema = folder.join(self.schema);
        for (name, content) in &self.files {
            let path = match name.starts_with('.') && self.files.len() == 1 {
                true => schema.join(format!("{}{name}", self.name)),
                false => schema.join(&self.name).join(name),
            };
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
    }

    /// Whether the order of the rows is that of the file.
    pub(crate) fn is_ordered(&self) -> bool {
        self.files.len() == 1
    }
}

/// The bytes of a file that is written down in these lines.
fn content(lines: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in lines {
        let (count, line) = match line.split_once("* ") {
            Some((count, line)) if count.parse::<usize>().is_ok() => {
                (count.parse().expect("a number"), line)
            }
            _ => (1, *line),
        };
        for n in 1..=count {
            let line =
                if count == 1 { line.to_owned() } else { line.replace("{n}", &n.to_string()) };
            unescape(&line, &mut bytes);
        }
    }
    bytes
}

/// Writes what a line stands for, and its line break.
fn unescape(line: &str, bytes: &mut Vec<u8>) {
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            bytes.extend(c.to_string().bytes());
            continue;
        }
        match chars.next() {
            None => return,
            Some('r') => bytes.push(b'\r'),
            Some('n') => bytes.push(b'\n'),
            Some('t') => bytes.push(b'\t'),
            Some('0') => bytes.push(0),
            Some('\\') => bytes.push(b'\\'),
            Some('x') => {
                let digits: String = chars.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(&digits, 16).expect("two hexadecimal digits"));
            }
            Some(other) => panic!("\\{other} in {line:?}"),
        }
    }
    bytes.push(b'\n');
}
