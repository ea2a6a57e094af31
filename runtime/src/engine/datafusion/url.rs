//! The URLs of the embedded engine: `datafusion:folder?schema=name`.

use std::path::PathBuf;

use crate::error::{Error, Kind, Result};

/// What a URL names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The folder that the tables lie in.
    pub(super) folder: PathBuf,
    /// The schema that need not be written.
    pub(super) schema: Option<String>,
    /// What is said of tables, as `Table::write` writes it; empty where nothing is.
    pub(super) tables: String,
}

/// Reads a URL without its scheme.
pub(super) fn parse(rest: &str) -> Result<Target> {
    let (folder, query) = rest.split_once('?').unwrap_or((rest, ""));
    let folder = match folder.strip_prefix("//") {
        Some(absolute) if absolute.starts_with('/') => absolute,
        Some(_) => {
            return Err(Error::new(Kind::Url, "the URL of the embedded engine names a host").help(
                "write `datafusion:data/` for a folder below the current one, \
                 `datafusion:/data/` for any other",
            ));
        }
        None if folder.is_empty() => ".",
        None => folder,
    };
    let (mut schema, mut tables) = (None, String::new());
    for option in query.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("schema", name)) if !name.is_empty() => schema = Some(name.to_owned()),
            // `cargo lake` writes it, out of lake.toml.
            Some(("tables", text)) if let Some(text) = decoded(text) => tables = text,
            _ => {
                return Err(Error::new(
                    Kind::Url,
                    "the URL has an option that the embedded engine does not know",
                )
                .help("the one option is `schema`: `datafusion:data/?schema=tpch`"));
            }
        }
    }
    Ok(Target { folder: folder.into(), schema, tables })
}

/// The text with its percent-encoded bytes decoded; `None` where that is not UTF-8 or broken.
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_read() {
        for (url, folder, schema) in [
            ("", ".", None),
            ("data/", "data/", None),
            ("/srv/data", "/srv/data", None),
            ("///srv/data", "/srv/data", None),
            ("a b/?schema=tpch", "a b/", Some("tpch")),
            ("?schema=x", ".", Some("x")),
        ] {
            let schema = schema.map(str::to_owned);
            let expected = Target { folder: folder.into(), schema, tables: String::new() };
            assert_eq!(parse(url).unwrap(), expected, "{url}");
        }
        assert_eq!(parse("x?tables=1;%261:%C3%A4&schema=s").unwrap().tables, "1;&1:ä");
        for url in ["//data", "data?schema=", "data?s3cret=1", "data?tables=%s3", "data?tables=%ff"]
        {
            let error = parse(url).unwrap_err();
            assert!(error.is_url());
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
}
