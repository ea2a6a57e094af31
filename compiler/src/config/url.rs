//! The URL of a source: environment variables in it, and no secrets.

use std::fmt::Write;

use lakequery_types::names_secret;

use super::Source;

/// A piece of a URL as `lake.toml` has it.
enum Piece<'a> {
    Text(&'a str),
    Variable {
        name: &'a str,
        /// Where in the URL it stands.
        at: usize,
    },
}

impl Source {
    /// The URL with every `${NAME}` replaced by what `variable` gives for it.
    ///
    /// Between `//` and `@` and behind `?` the value is percent-encoded, so that
    /// a password is what it is, whatever characters it has; elsewhere it is put
    /// in as it is, so that `${LAKE_URL}` can be the whole URL.
    ///
    /// # Errors
    ///
    /// The name of the first variable that `variable` has nothing for.
    pub fn expand(&self, variable: impl Fn(&str) -> Option<String>) -> Result<String, String> {
        let mut url = String::new();
        let encoded = Encoded::of(&self.url);
        // `Config::parse` has refused what can't be cut into pieces; in a source
        // made by hand such a text stays what it is.
        let pieces = pieces(&self.url).unwrap_or_else(|_| vec![Piece::Text(&self.url)]);
        for piece in pieces {
            match piece {
                Piece::Text(text) => url.push_str(text),
                Piece::Variable { name, at } => {
                    let value = variable(name).ok_or_else(|| name.to_owned())?;
                    if encoded.contains(at) {
                        percent_encode(&value, &mut url);
                    } else {
                        url.push_str(&value);
                    }
                }
            }
        }
        Ok(url)
    }
}

/// What is wrong with a source's URL, if anything.
pub(super) fn check(url: &str) -> Result<(), String> {
    if url.is_empty() {
        return Err("the URL is empty; write one such as \"datafusion:data/\"".into());
    }
    let pieces = pieces(url)?;
    let is_literal = |range: std::ops::Range<usize>| {
        // A secret is written out where its place holds anything but variables.
        !range.is_empty()
            && !pieces.iter().any(|piece| match piece {
                Piece::Variable { at, .. } => range.contains(at),
                Piece::Text(_) => false,
            })
    };
    let encoded = Encoded::of(url);
    if let Some(user) = encoded.user.clone()
        && let Some(colon) = url[user.clone()].find(':')
        && is_literal(user.start + colon + 1..user.end)
    {
        return Err(secret("the password"));
    }
    let mut at = encoded.query;
    for parameter in url[encoded.query..].split('&') {
        let range = at..at + parameter.len();
        at = range.end + 1;
        let Some((name, value)) = parameter.split_once('=') else { continue };
        let name = decoded(name.trim_start_matches('?'));
        if names_secret(&name) && is_literal(range.end - value.len()..range.end) {
            return Err(secret(&format!("the value of `{name}`")));
        }
        if let Some(inner) = secret_member(&decoded(value)) {
            return Err(secret(&format!("the value of `{inner}` in `{name}`")));
        }
    }
    Ok(())
}

/// The name of a member of a JSON object, such as a header, that is secret and has
/// a value without a variable.
fn secret_member(json: &str) -> Option<&str> {
    // Every other part is in quotes; what is escaped in them only moves the rest.
    let parts: Vec<&str> = json.trim_start().strip_prefix('{')?.split('"').collect();
    let text = |at: usize| parts.get(at).copied().unwrap_or_default();
    (1..parts.len()).step_by(2).map(|at| (text(at), text(at + 1), text(at + 2))).find_map(
        |(name, between, value)| {
            let value =
                if between.trim() == ":" { value } else { between.trim().strip_prefix(':')? };
            (names_secret(name) && !value.is_empty() && !value.contains("${")).then_some(name)
        },
    )
}

/// A text of a URL without percent-encoding, as far as it can be read; a `+` is a
/// space.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (byte, code.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn secret(what: &str) -> String {
    format!(
        "{what} is written out in the URL; put it into an environment variable \
         and write `${{NAME}}` here"
    )
}

/// The parts of a URL in which a variable's value is percent-encoded.
struct Encoded {
    /// Between `//` and `@`.
    user: Option<std::ops::Range<usize>>,
    /// Where `?` stands; the end of the URL where there is none.
    query: usize,
}

impl Encoded {
    fn of(url: &str) -> Encoded {
        let query = url.find('?').unwrap_or(url.len());
        let user = url[..query].find("//").and_then(|slashes| {
            let start = slashes + 2;
            let end = start + url[start..query].rfind('@')?;
            Some(start..end)
        });
        Encoded { user, query }
    }

    fn contains(&self, at: usize) -> bool {
        at > self.query || self.user.as_ref().is_some_and(|user| user.contains(&at))
    }
}

fn pieces(url: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(length) = url[from..].find("${") {
        let at = from + length;
        let name = &url[at + 2..];
        let Some(end) = name.find('}') else {
            return Err("a `${` has no closing `}`".into());
        };
        let name = &name[..end];
        let is_name = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name {
            return Err(format!(
                "`${{{name}}}` names no environment variable: \
                 a name has letters, digits and `_`, and starts with no digit"
            ));
        }
        pieces.push(Piece::Text(&url[from..at]));
        pieces.push(Piece::Variable { name, at });
        from = at + 2 + end + 1;
    }
    pieces.push(Piece::Text(&url[from..]));
    Ok(pieces)
}

fn percent_encode(value: &str, url: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(byte as char);
        } else {
            // Writing into a String cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(url: &str) -> Result<String, String> {
        let source = Source { url: url.into(), schemas: Vec::new() };
        source.expand(|name| match name {
            "PW" => Some("p@ss/wörd".into()),
            "HOST" => Some("lake.example:8443".into()),
            "LAKE_URL" => Some("trino://u:p%40ss@host/c".into()),
            "HTTP_PATH" => Some("/sql/1.0&x".into()),
            _ => None,
        })
    }

    #[test]
    fn variables_are_replaced() {
        for (url, expected) in [
            ("datafusion:data/", "datafusion:data/"),
            ("${LAKE_URL}", "trino://u:p%40ss@host/c"),
            ("trino://u:${PW}@${HOST}/c", "trino://u:p%40ss%2Fw%C3%B6rd@lake.example:8443/c"),
            ("trino://${HOST}/c?x=${HTTP_PATH}", "trino://lake.example:8443/c?x=%2Fsql%2F1.0%26x"),
            ("datafusion:${HTTP_PATH}", "datafusion:/sql/1.0&x"),
        ] {
            assert_eq!(expand(url).as_deref(), Ok(expected), "{url}");
        }
        assert_eq!(expand("trino://${HOST}/${CATALOG}"), Err("CATALOG".into()));
    }

    #[test]
    fn secrets_and_broken_variables_are_refused() {
        for (url, reason) in [
            ("", "the URL is empty"),
            ("trino://u:${PW@host", "has no closing `}`"),
            ("trino://${}", "names no environment variable"),
            ("trino://${A B}", "names no environment variable"),
            ("trino://${1A}", "names no environment variable"),
            ("trino://u:secret@host/c", "the password is written out"),
            ("databricks://token:dapi12@host?http_path=x", "the password is written out"),
            ("databricks://host?http_path=x&access_token=y", "the value of `access_token`"),
            ("dremio://host?PAT=y", "the value of `PAT`"),
            ("spark://h?spark.password=dapi12", "the value of `spark.password`"),
            ("spark://h?a=b&spark.hadoop.fs.s3a.secret.key=dapi12", "fs.s3a.secret.key`"),
            ("spark://h?spark.hadoop.fs.s3a.access%2Ekey=dapi12", "fs.s3a.access.key`"),
            ("trinos://h?extra_credential=[[\"a\",\"dapi12\"]]", "the value of `extra_credential`"),
            (
                "trinos://h?http_headers={\"X-A\":\"b\",\"Authorization\" : \"dapi12\"}",
                "the value of `Authorization` in `http_headers`",
            ),
            (
                "trinos://h?http_headers=%7B%22x-api-key%22%3A%22dapi12%22%7D",
                "the value of `x-api-key` in `http_headers`",
            ),
            ("trino://h?session_properties={\"a.secret\":12}", "the value of `a.secret` in"),
        ] {
            let error = check(url).unwrap_err();
            assert!(error.contains(reason), "{url}: {error}");
            assert!(!error.contains("secret@") && !error.contains("dapi12"), "{error}");
        }
        for url in [
            "datafusion:data/",
            "trino://u@host:8080/c/s",
            "trino://u:${PW}@host",
            "trino://u:@host",
            "databricks://host?http_path=x&access_token=${TOKEN}",
            "trinos://h?http_headers=${HEADERS}&extra_credential=[[\"a\",\"${A}\"]]",
            "trinos://h?http_headers={\"X-A\":\"b\",\"Authorization\":\"Bearer ${T}\",\"c\":\"d\"}",
            "trinos://h?cert=/a/cert.pem&key=/a/key.pem&session_properties={\"a.b\":\"c\"}",
            "spark://h?spark.sql.mapKeyDedupPolicy=EXCEPTION&spark.hadoop.fs.s3a.secret.key=${S}",
            "datafusion:data/?schema={",
            "${LAKE_URL}",
        ] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
    }
}
