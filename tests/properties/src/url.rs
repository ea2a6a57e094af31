//! Reading the URLs of servers: nothing that may be secret is shown.

use std::error::Error as _;

use lakequery::fuzzing::{databricks, dremio, presto, spark, trino};

use crate::{Property, files};

pub(crate) const PROPERTY: Property =
    Property { name: "url", holds, seeds, memory: (1 << 18, 1 << 9) };

/// What stands for secrets in the seeds. With a `~` in it, it never is the name of a
/// parameter or setting, which errors may show.
const SECRET: &str = "s3c~ret";

/// The URLs of the documentation, and URLs with all parameters that there are.
fn seeds() -> Vec<Vec<u8>> {
    let pages = files::texts("docs", "md");
    let words = pages.iter().flat_map(|page| page.split(['`', '"', '\'', ' ', '\n', '<', '>']));
    let mut urls: Vec<String> = words
        .filter(|word| word.contains("://") && !word.starts_with("http"))
        .map(str::to_owned)
        .collect();
    for scheme in ["trinos", "prestos", "spark", "hive", "databricks", "dremio+flight"] {
        let page = files::read(&files::root().join("docs/urls.md"));
        for name in page.split('`').skip(1).step_by(2) {
            if name.chars().all(|c| c.is_ascii_alphabetic() || c == '_' || c == '.') {
                urls.push(format!("{scheme}://me:{SECRET}@h:8443/a/b?{name}={SECRET}"));
                urls.push(format!(
                    "{scheme}://me@h/a?ssl=true&{name}=%7B%22a%22:%22{SECRET}%22%7D"
                ));
            }
        }
    }
    for url in [
        "trino://me@[::1]:8080/c/s?roles={\"hive\":\"s3c~ret\"}&encoding=json%2Bzstd",
        "trinos://h/c?cert=s3c~ret&key=s3c~ret&verify=false",
        "trinos://me@h?extra_credential=[[\"a\",\"s3c~ret\"]]&client_tags=[\"s3c~ret\"]",
        "spark://me:s3c~ret@h/db?spark.sql.x=s3c~ret&auth=NOSASL#s3c~ret",
        "databricks://token:s3c~ret@h?http_path=/sql/1.0/warehouses/w&catalog=s3c~ret",
        "databricks://h?http_path=s3c~ret&client_id=s3c~ret&client_secret=s3c~ret&ssl=false",
        "databricks://?profile=s3c~ret&azure_tenant_id=s3c~ret&azure_login=https://s3c~ret",
        "dremio+flight://me:s3c~ret@h:32010/a.%22b%22?UseEncryption=false&routing_tag=s3c~ret",
        "dremio+flight://h?Token=s3c~ret&TrustedCerts=s3c~ret&quoting=s3c~ret&schema=s3c~ret",
        "dremio+flight://h?client_id=s3c~ret&client_secret=s3c~ret&token_url=https://s3c~ret",
        "spark://h?transport=http&http_path=s3c~ret&ssl=1&access_token=s3c~ret",
    ] {
        urls.push(url.to_owned());
    }
    urls.sort();
    urls.dedup();
    files::bytes(urls)
}

fn holds(input: &[u8]) {
    let url = &*String::from_utf8_lossy(input);
    let Some((scheme, rest)) = url.split_once(':') else { return };
    let shown = match scheme {
        "trino" | "trinos" => trino::url(rest, scheme == "trinos"),
        "presto" | "prestos" => presto::url(rest, scheme == "prestos"),
        "spark" | "hive" => spark::url(rest),
        "databricks" => databricks::url(rest),
        "dremio+flight" => dremio::url(rest),
        // `connect` of any scheme would link the embedded engine, which is not needed here.
        _ => return,
    };
    match shown {
        Ok(shown) => {
            // The host is shown, and what of the headers is not secret.
            let (_, headers) = shown.split_once(' ').unwrap_or_default();
            assert!(!headers.contains(SECRET), "{headers}");
        }
        Err(error) => discreet(&error),
    }
}

fn discreet(error: &lakequery::Error) {
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    let shown = format!("{error} {error:?} {source}");
    assert!(error.is_url() || error.is_unsupported(), "{shown}");
    assert!(!shown.contains(SECRET), "{shown}");
}
