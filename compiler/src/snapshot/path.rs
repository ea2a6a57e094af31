//! Where snapshots lie: `schema/table.toml` in the folder of them all.
//!
//! Who writes a snapshot and who looks for it ask here, so that they agree on
//! every name.

use std::path::PathBuf;

/// What the names of snapshot files end in.
const EXTENSION: &str = ".toml";

/// How long the name of a file may be, on most systems.
const LONGEST: usize = 255;

/// The path of a table's snapshot in the folder of all snapshots.
pub fn snapshot(schema: &str, table: &str) -> PathBuf {
    PathBuf::from(folder(schema)).join(file(table))
}

/// The name of the folder of a schema's snapshots.
pub fn folder(schema: &str) -> String {
    escape(schema)
}

/// The name of the file of a table's snapshot.
pub fn file(table: &str) -> String {
    escape(table) + EXTENSION
}

/// The schema whose snapshots are in the folder of this name, in lower case.
pub fn schema(folder: &str) -> String {
    unescape(folder)
}

/// The table whose snapshot is in the file of this name, in lower case; `None`
/// where the file is not a snapshot.
pub fn table(file: &str) -> Option<String> {
    file.strip_suffix(EXTENSION).map(unescape)
}

/// Whether file systems take names as long as those of the table's snapshot.
pub fn fits(schema: &str, table: &str) -> bool {
    folder(schema).len() <= LONGEST && file(table).len() <= LONGEST
}

/// A name in lower case. What a file system may not take, and a `%`, is written as
/// `%` and two hexadecimal digits for each byte, so that no two names are one.
fn escape(name: &str) -> String {
    let lower = name.to_lowercase();
    if lower.is_empty() {
        // No name is written so.
        return "%".to_owned();
    }
    let device = is_device(lower.split('.').next().unwrap_or_default());
    let last = lower.chars().count() - 1;
    let mut escaped = String::with_capacity(lower.len());
    for (i, c) in lower.chars().enumerate() {
        let refused = c.is_control()
            || "/\\:*?\"<>|%".contains(c)
            || (c == '.' && i == 0)
            || (matches!(c, '.' | ' ') && i == last)
            || (device && i == 0);
        if refused {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                escaped.push_str(&format!("%{byte:02x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// The name that is written so; of a name that nobody writes, itself.
fn unescape(escaped: &str) -> String {
    let mut parts = escaped.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).map(|digits| u8::from_str_radix(digits, 16)) {
            Some(Ok(byte)) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[2..]);
            }
            _ => return escaped.to_owned(),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| escaped.to_owned())
}

/// Names that Windows keeps for devices, whatever follows their first point.
fn is_device(stem: &str) -> bool {
    matches!(stem, "con" | "prn" | "aux" | "nul")
        || stem
            .strip_prefix("com")
            .or(stem.strip_prefix("lpt"))
            .is_some_and(|number| number.len() == 1 && number.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_file_of_its_own() {
        for (name, expected) in [
            ("orders", "orders.toml"),
            ("Orders", "orders.toml"),
            ("größe 2024", "größe 2024.toml"),
            ("a.b", "a.b.toml"),
            ("a/b", "a%2fb.toml"),
            ("a\\b:c", "a%5cb%3ac.toml"),
            ("..", "%2e%2e.toml"),
            (".hidden", "%2ehidden.toml"),
            ("end.", "end%2e.toml"),
            ("end ", "end%20.toml"),
            ("100%", "100%25.toml"),
            ("a\u{0}b\n", "a%00b%0a.toml"),
            ("NUL", "%6eul.toml"),
            ("com1.x", "%63om1.x.toml"),
            ("com12", "com12.toml"),
            ("/etc", "%2fetc.toml"),
            ("", "%.toml"),
        ] {
            assert_eq!(file(name), expected, "{name}");
            assert_eq!(folder(name) + ".toml", expected, "{name}");
            let read = if name.is_empty() { "%" } else { name };
            assert_eq!(table(expected), Some(read.to_lowercase()), "{name}");
            // It leads nowhere else.
            assert_eq!(snapshot(name, name).components().count(), 2, "{name}");
            assert!(snapshot(name, name).is_relative(), "{name}");
        }
        assert_eq!(table("readme.md"), None);
        assert_eq!(schema("100%zz"), "100%zz");
    }

    #[test]
    fn names_may_be_too_long() {
        assert!(fits("s", &"x".repeat(250)));
        assert!(!fits("s", &"x".repeat(251)));
        assert!(!fits("s", &"/".repeat(100)));
    }
}
