//! Reading the URLs that [`connect`](crate::connect) takes. Nothing of a URL
//! that may be secret ever gets into an error.

use lakequery_types::Engine;

use crate::error::{Error, Kind, Result};
use crate::nearest::nearest;

/// A URL whose engine is known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address<'u> {
    /// The engine that the scheme means.
    pub(crate) engine: Engine,
    /// The scheme, lower case.
    pub(crate) scheme: String,
    /// What follows the scheme's colon; it may be secret.
    pub(crate) rest: &'u str,
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

/// Splits a URL into its engine and the rest.
///
/// # Errors
///
/// When its scheme is none of an engine's.
pub(crate) fn parse(url: &str) -> Result<Address<'_>> {
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
    Ok(Address { engine: *engine, scheme, rest })
}

/// By RFC 3986.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
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
        ] {
            let error = parse(url).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.starts_with(text), "{url}: {shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
