//! Where the snapshot of a table lies: `schema/table.toml` in the folder of all
//! snapshots.
//!
//! Whoever writes a snapshot and whoever looks for it asks here, so that they agree
//! on every name.

use std::path::{Component, Path, PathBuf};

/// What the names of snapshot files end in.
const EXTENSION: &str = ".toml";

/// How long the name of a file may be, on most systems.
const LONGEST: usize = 255;

/// What a snapshot is found by: the names of its schema and its table in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The logical schema.
    pub schema: String,
    /// The table.
    pub table: String,
}

impl Key {
    /// The key of a table, whatever the case of its name.
    pub fn new(schema: &str, table: &str) -> Key {
        Key { schema: schema.to_lowercase(), table: table.to_lowercase() }
    }

    /// The path of the snapshot in the folder of all snapshots.
    pub fn path(&self) -> PathBuf {
        PathBuf::from(folder(&self.schema)).join(escape(&self.table) + EXTENSION)
    }

    /// The key whose snapshot has this path in the folder of all snapshots; `None`
    /// if no key's has.
    pub fn at(path: &Path) -> Option<Key> {
        let mut parts = path.components().map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        });
        let (folder, file) = (parts.next()??, parts.next()??);
        let key = Key {
            schema: unescape(folder)?,
            table: file.strip_suffix(EXTENSION).and_then(unescape)?,
        };
        // There are other ways to write the same names, which nobody looks for.
        (key.path() == path).then_some(key)
    }

    /// Whether file systems take names as long as those of the snapshot's path.
    pub fn fits(&self) -> bool {
        self.path().components().all(|part| part.as_os_str().len() <= LONGEST)
    }
}

/// The name of the folder of a schema's snapshots.
pub(crate) fn folder(schema: &str) -> String {
    escape(schema)
}

/// The schema whose snapshots are in the folder of this name, in lower case; `None`
/// if no schema's are.
pub(crate) fn schema(name: &str) -> Option<String> {
    unescape(name).filter(|schema| folder(schema) == name)
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

/// The name that is written so; `None` if it is not text.
fn unescape(escaped: &str) -> Option<String> {
    let mut parts = escaped.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
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
            let stem = expected.strip_suffix(EXTENSION).unwrap();
            let (key, path) = (Key::new(name, name), Path::new(stem).join(expected));
            assert_eq!(key.path(), path, "{name}");
            assert_eq!(folder(name), stem, "{name}");
            // It leads nowhere else.
            assert_eq!(path.components().count(), 2, "{name}");
            assert!(path.is_relative(), "{name}");
            let (back, schema) =
                if name.is_empty() { (None, None) } else { (Some(key), Some(name.to_lowercase())) };
            assert_eq!(Key::at(&path), back, "{name}");
            assert_eq!(super::schema(stem), schema, "{name}");
        }
    }

    #[test]
    fn other_files_are_no_snapshots() {
        for path in [
            "s/readme.md",
            "s/Orders.toml",
            "S/orders.toml",
            "s/.hidden.toml",
            "s/100%zz.toml",
            "s/%6frders.toml",
            "s/%FF.toml",
            "s/%é.toml",
            "s/.toml",
            "orders.toml",
            "a/s/orders.toml",
            "../orders.toml",
            "s/../orders.toml",
            "/s/orders.toml",
        ] {
            assert_eq!(Key::at(Path::new(path)), None, "{path}");
        }
        for folder in ["S", ".git", "100%zz", "..", ""] {
            assert_eq!(schema(folder), None, "{folder}");
        }
    }

    #[test]
    fn names_may_be_too_long() {
        assert!(Key::new("s", &"x".repeat(250)).fits());
        assert!(!Key::new("s", &"x".repeat(251)).fits());
        assert!(!Key::new("s", &"/".repeat(100)).fits());
        assert!(!Key::new(&"x".repeat(256), "t").fits());
    }
}
