//! Reading `lake.toml`.

use lakequery_compiler::config::Config;

use crate::snapshot::mistakes;
use crate::{Property, files};

pub(crate) const PROPERTY: Property =
    Property { name: "lake_toml", holds, seeds, memory: (1 << 18, 1 << 10) };

fn seeds() -> Vec<Vec<u8>> {
    let mut texts = files::blocks("lake-toml.md", "toml");
    texts.push(files::read(&files::root().join("lake.toml")));
    texts.push(Config::default_text().to_owned());
    texts.push("targets = ['spark']\n[source.a]\nurl = 'spark://me:${PW}@h/s?a=${B}'".into());
    files::bytes(texts)
}

fn holds(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    match Config::parse(text) {
        Ok(config) => {
            assert!(!config.targets.is_empty());
            let sources = config.sources.values();
            let schemas = config.default_schema.iter().chain(config.schema_names.keys());
            for schema in schemas.chain(sources.clone().flat_map(|source| &source.schemas)) {
                assert_eq!(*schema, schema.to_lowercase());
                assert!(!schema.is_empty() && !schema.contains(['.', '/', '\\']), "{schema:?}");
            }
            for source in sources {
                expanded(&source.url, |variable| source.expand(variable));
            }
            assert_eq!(Config::parse(text), Ok(config));
        }
        Err(errors) => mistakes(text, &errors),
    }
}

/// A URL says all that its text says, and what its variables say.
fn expanded(url: &str, expand: impl Fn(fn(&str) -> Option<String>) -> Result<String, String>) {
    let filled = expand(|_| Some("v".into())).expect("every variable has a value");
    assert_eq!(filled.matches("${").count(), 0, "{url} → {filled}");
    match expand(|_| None) {
        Ok(same) => assert_eq!(same, url),
        Err(variable) => assert!(url.contains(&format!("${{{variable}}}")), "{variable}"),
    }
}
