//! Reading the URLs that [`connect`](crate::connect) takes. Nothing of a URL
//! that may be secret ever gets into an error.

use std::sync::Arc;

use lakequery_types::nearest;

use crate::backend::Backend;
use crate::engine::{Availability, SCHEMES};
use crate::error::{Error, Kind, Result};

/// Connects to what the URL names.
pub(crate) async fn open(url: &str) -> Result<Arc<dyn Backend>> {
    let Some((scheme, rest)) = url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        // Not repeated: without a scheme there is no telling what it is.
        return Err(Error::new(Kind::Url, "the URL has no scheme")
            .help("write `datafusion:` and a folder, for example `datafusion:data/`"));
    };
    let scheme = scheme.to_ascii_lowercase();
    let Some((_, engine, availability)) = SCHEMES.iter().find(|(name, ..)| *name == scheme) else {
        return Err(unknown(&scheme));
    };
    match availability {
        Availability::Here(connect) => connect(rest.to_owned()).await,
        Availability::Feature(feature) => {
            Err(Error::new(Kind::Unsupported, format!("this build can't connect to {engine}"))
                .help(format!(
                    "enable the feature `{feature}` of the crate lakequery in Cargo.toml"
                )))
        }
    }
    .map_err(|error| error.at_engine(*engine))
}

#[cold]
fn unknown(scheme: &str) -> Error {
    let names = || SCHEMES.iter().map(|(name, ..)| *name);
    // `user:password@host` reads as a scheme, too: repeat only what is near a real one.
    match nearest(scheme, names()) {
        Some(name) => {
            Error::new(Kind::Url, format!("no engine has URLs that begin with `{scheme}:`"))
                .help(format!("did you mean `{name}:`?"))
        }
        None => Error::new(Kind::Url, "no engine has URLs of this scheme")
            .help(format!("the schemes are {}", names().collect::<Vec<_>>().join(", "))),
    }
}

/// By RFC 3986.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> Error {
        futures::executor::block_on(open(url)).unwrap_err()
    }

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
            let error = refused(url);
            let shown = format!("{error} {error:?}");
            assert!(shown.starts_with(text), "{url}: {shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    /// What an unknown parameter is answered with: all those there are.
    #[test]
    fn every_parameter_is_in_the_documentation() {
        let page = include_str!("../../docs/urls.md");
        for (built, scheme, url) in [
            (cfg!(feature = "trino"), "trino", "//me@h?"),
            (cfg!(feature = "presto"), "presto", "//me@h?"),
            (cfg!(feature = "spark"), "spark", "//me@h?"),
            (
                cfg!(feature = "databricks"),
                "databricks",
                "//token:t@h?http_path=/sql/1.0/warehouses/w&",
            ),
            (cfg!(feature = "dremio"), "dremio+flight", "//me:p@h?"),
        ] {
            if !built {
                continue;
            }
            let error = refused(&format!("{scheme}:{url}colour=red")).to_string();
            let (_, names) = error.split_once("the parameters are ").expect("a list of them");
            for name in names.split(", ") {
                assert!(page.contains(&format!("`{name}`")), "{scheme}: {name}");
            }
            assert!(names.split(", ").count() > 5, "{error}");
        }
    }

    #[test]
    fn the_feature_is_named() {
        for (built, url, feature) in [
            (cfg!(feature = "databricks"), "databricks://token:s3cret@h", "databricks"),
            (cfg!(feature = "datafusion"), "datafusion:data/", "datafusion"),
            (cfg!(feature = "dremio"), "dremio://me:s3cret@h", "dremio"),
            (cfg!(feature = "dremio"), "dremio+flight://me:s3cret@h", "dremio"),
            (cfg!(feature = "trino"), "trino://me:s3cret@h/c/s", "trino"),
            (cfg!(feature = "trino"), "TRINOS://me:s3cret@h", "trino"),
            (cfg!(feature = "presto"), "presto://me:s3cret@h", "presto"),
            (cfg!(feature = "presto"), "prestos://me:s3cret@h", "presto"),
            (cfg!(feature = "spark"), "spark://me:s3cret@h", "spark"),
            (cfg!(feature = "spark"), "hive://me:s3cret@h", "spark"),
            (cfg!(feature = "spark"), "hive+https://me:s3cret@h", "spark"),
        ] {
            if built {
                continue;
            }
            let error = refused(url);
            assert!(error.is_unsupported());
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(&format!("enable the feature `{feature}`")), "{shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
