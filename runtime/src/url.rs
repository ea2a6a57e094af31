//! Reading the URLs that [`connect`](crate::connect) takes. Nothing of a URL
//! that may be secret ever gets into an error.

#[cfg(feature = "datafusion")]
use std::path::PathBuf;

use lakequery_types::Engine;

use crate::error::{Error, Kind, Result};
use crate::nearest::nearest;

/// What a URL names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The embedded engine.
    #[cfg(feature = "datafusion")]
    DataFusion {
        /// The folder that the tables lie in.
        folder: PathBuf,
        /// The schema that need not be written.
        schema: Option<String>,
    },
}

/// The schemes and their engines.
const SCHEMES: [(&str, Engine); 9] = [
    ("datafusion", Engine::DataFusion),
    ("trino", Engine::Trino),
    ("trinos", Engine::Trino),
    ("presto", Engine::Presto),
    ("spark", Engine::Spark),
    ("hive", Engine::Spark),
    ("databricks", Engine::Databricks),
    ("dremio", Engine::Dremio),
    ("dremio+flight", Engine::Dremio),
];

pub(crate) fn parse(url: &str) -> Result<Target> {
    let Some((scheme, rest)) = url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        // Not repeated: without a scheme there is no telling what it is.
        return Err(Error::new(Kind::Url, "the URL has no scheme")
            .help("write `datafusion:` and a folder, for example `datafusion:data/`"));
    };
    let scheme = scheme.to_ascii_lowercase();
    let Some((_, engine)) = SCHEMES.iter().find(|(name, _)| *name == scheme) else {
        let names = || SCHEMES.iter().map(|(name, _)| *name);
        // `user:password@host` reads as a scheme, too: repeat only what is near a real one.
        return Err(match nearest(&scheme, names()) {
            Some(name) => {
                Error::new(Kind::Url, format!("no engine has URLs that begin with `{scheme}:`"))
                    .help(format!("did you mean `{name}:`?"))
            }
            None => Error::new(Kind::Url, "no engine has URLs of this scheme")
                .help(format!("the schemes are {}", names().collect::<Vec<_>>().join(", "))),
        });
    };
    match engine {
        Engine::DataFusion => datafusion(rest),
        engine => Err(Error::new(
            Kind::Unsupported,
            format!("connecting to {engine} (`{scheme}:`) is not supported yet by this version"),
        )
        .help("the one engine that it connects to is the embedded one, `datafusion:`")
        .at_engine(*engine)),
    }
}

/// By RFC 3986.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

#[cfg(not(feature = "datafusion"))]
fn datafusion(_: &str) -> Result<Target> {
    Err(Error::new(Kind::Unsupported, "this build does not have the embedded engine")
        .help("enable the feature `datafusion` of the crate lakequery in Cargo.toml")
        .at_engine(Engine::DataFusion))
}

#[cfg(feature = "datafusion")]
fn datafusion(rest: &str) -> Result<Target> {
    let error = |message: &str| Error::new(Kind::Url, message).at_engine(Engine::DataFusion);
    let (folder, query) = rest.split_once('?').unwrap_or((rest, ""));
    let folder = match folder.strip_prefix("//") {
        Some(absolute) if absolute.starts_with('/') => absolute,
        Some(_) => {
            return Err(error("the URL of the embedded engine names a host").help(
                "write `datafusion:data/` for a folder below the current one, `datafusion:/data/` for any other",
            ));
        }
        None if folder.is_empty() => ".",
        None => folder,
    };
    let mut schema = None;
    for option in query.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("schema", name)) if !name.is_empty() => schema = Some(name.to_owned()),
            _ => {
                return Err(error("the URL has an option that the embedded engine does not know")
                    .help("the one option is `schema`: `datafusion:data/?schema=tpch`"));
            }
        }
    }
    Ok(Target::DataFusion { folder: folder.into(), schema })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_what_is_wrong_and_no_secret() {
        for (url, text) in [
            ("", "the URL has no scheme"),
            ("data/", "the URL has no scheme"),
            ("/srv/data:x", "the URL has no scheme"),
            (
                "trinoo://u:s3cret@h",
                "no engine has URLs that begin with `trinoo:`; did you mean `trino:`?",
            ),
            (
                "s3cret://u:s3cret@h",
                "no engine has URLs of this scheme; the schemes are datafusion",
            ),
            ("me:s3cret@h:8080", "no engine has URLs of this scheme"),
            (
                "trino://me:s3cret@h/c/s",
                "connecting to trino (`trino:`) is not supported yet by this version (trino)",
            ),
            ("TRINOS://me:s3cret@h", "connecting to trino (`trinos:`)"),
            ("presto://me:s3cret@h", "connecting to presto"),
            ("hive://me:s3cret@h", "connecting to spark (`hive:`)"),
            ("spark://me:s3cret@h", "connecting to spark"),
            ("databricks://token:s3cret@h?http_path=s3cret", "connecting to databricks"),
            ("dremio://me:s3cret@h", "connecting to dremio"),
            ("dremio+flight://me:s3cret@h", "connecting to dremio (`dremio+flight:`)"),
        ] {
            let error = parse(url).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.starts_with(text), "{url}: {shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    #[cfg(not(feature = "datafusion"))]
    #[test]
    fn the_feature_is_named() {
        let error = parse("datafusion:data/").unwrap_err();
        assert!(error.is_unsupported());
        assert!(error.to_string().contains("enable the feature `datafusion`"), "{error}");
    }

    #[cfg(feature = "datafusion")]
    #[test]
    fn folders_are_read() {
        for (url, folder, schema) in [
            ("datafusion:", ".", None),
            ("datafusion:data/", "data/", None),
            ("DataFusion:data", "data", None),
            ("datafusion:/srv/data", "/srv/data", None),
            ("datafusion:///srv/data", "/srv/data", None),
            ("datafusion:a b/?schema=tpch", "a b/", Some("tpch")),
            ("datafusion:?schema=x", ".", Some("x")),
        ] {
            let schema = schema.map(str::to_owned);
            let target = Target::DataFusion { folder: folder.into(), schema };
            assert_eq!(parse(url).unwrap(), target, "{url}");
        }
        for url in ["datafusion://data", "datafusion:data?schema=", "datafusion:data?s3cret=1"] {
            let error = parse(url).unwrap_err();
            assert!(error.is_url());
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
}
