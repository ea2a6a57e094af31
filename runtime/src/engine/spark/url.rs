//! Reading the URLs `spark://user:password@host:port/database?…` and `hive://…`,
//! with the habits of SQLAlchemy and of Hive's JDBC driver. No error repeats what
//! may be secret.

use std::path::PathBuf;
use std::time::Duration;

use lakequery_types::names_secret;

use crate::error::{Error, Kind, Result};
use crate::hive::target::{Target, Transport};
use crate::http::tls::{Identity, Trust};
use crate::http::url::{self, Address, Parameters, boolean, plaintext, unfit};

const PORT: u16 = 10_000;
const TIMEOUT: Duration = Duration::from_secs(30);

/// Where Spark and Hive answer over HTTP unless they are told otherwise.
const HTTP_PATH: &str = "cliservice";

/// How to get a connection with TLS.
const TLS: &str = "add `ssl=true` for a connection with TLS";

const PARAMETERS: [&str; 11] = [
    "auth",
    "transport",
    "http_path",
    "ssl",
    "verify",
    "cert",
    "key",
    "access_token",
    "timeout",
    "plaintext",
    "spark.…", // all settings of the session
];

const EXAMPLE: &str = "spark://user:password@host:10000/database?ssl=true";

/// A URL with parameters that its scheme implies.
pub(super) fn with(url: &str, implied: &str) -> String {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{implied}")
}

/// Reads a URL without its scheme.
pub(super) fn parse(url: &str) -> Result<Target> {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let address = Address::parse(url, EXAMPLE)?;
    let [here, here_over_http] = [false, true].map(|http| address.is_here(http));
    let Address { user, password, host, port, path, mut parameters } = address;
    let wrong = |message: &str| Error::new(Kind::Url, message);
    let mut path = path.into_iter();
    let database = path.next();
    if path.next().is_some() {
        return Err(wrong("the URL's path has more than the name of a database")
            .help(format!("write it as in `{EXAMPLE}`")));
    }
    let timeout = parameters
        .read("timeout", "a number of seconds above 0", |text| {
            let seconds: f64 = text.parse().ok().filter(|seconds| *seconds > 0.0)?;
            Duration::try_from_secs_f64(seconds).ok()
        })?
        .unwrap_or(TIMEOUT);
    let token = parameters.take("access_token");
    let transport = transport(&mut parameters, token.is_some())?;
    let (tls, identity) = tls(&mut parameters)?;
    if token.is_some() && tls.is_none() {
        return Err(wrong("the URL has an access token, and no TLS that would keep it secret")
            .help("add `ssl=true`"));
    }
    if token.is_some() && password.is_some() {
        return Err(
            wrong("the URL has both a password and `access_token`").help("leave one of them away")
        );
    }
    let settings = parameters.take_all(|name| {
        let known = name.starts_with("spark.") || name.starts_with("hive.");
        // What else would be in it may be part of a password, and errors name settings.
        known && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    });
    let here = match transport {
        Transport::Binary { .. } => here,
        Transport::Http { .. } => here_over_http,
    };
    let in_clear = !plaintext(&mut parameters)? && tls.is_none() && !here;
    parameters.end("Spark", &PARAMETERS)?;
    if in_clear && password.as_ref().is_some_and(|password| !password.is_empty()) {
        return Err(url::in_clear("a password", TLS));
    }
    if in_clear && let Some((name, _)) = settings.iter().find(|(name, _)| names_secret(name)) {
        return Err(url::in_clear(&format!("a secret in `{name}`"), TLS));
    }
    Ok(Target {
        host,
        port: port.unwrap_or(PORT),
        user: user.unwrap_or_else(|| "anonymous".into()),
        password: password.unwrap_or_default(),
        token,
        database,
        transport,
        tls,
        identity,
        timeout,
        settings,
    })
}

/// A path means HTTP, as it does to Databricks' clients; `transportMode` and
/// `httpPath` are the names that Hive's JDBC driver has.
fn transport(parameters: &mut Parameters, token: bool) -> Result<Transport> {
    const MODES: &str = "`binary` or `http`";
    let mode = |text: &str| match text.to_ascii_lowercase().as_str() {
        "binary" => Some(false),
        "http" => Some(true),
        _ => None,
    };
    let http = match parameters.read("transport", MODES, mode)? {
        None => parameters.read("transportMode", MODES, mode)?,
        http => http,
    };
    let path = parameters.take("http_path").or_else(|| parameters.take("httpPath"));
    let auth = parameters.take("auth").map(|auth| auth.to_ascii_uppercase());
    let sasl = match auth.as_deref() {
        None | Some("NONE" | "LDAP" | "CUSTOM" | "PAM" | "PLAIN" | "BASIC") => true,
        Some("NOSASL") => false,
        Some("KERBEROS") => {
            return Err(Error::new(
                Kind::Unsupported,
                "signing in to Spark by Kerberos is not supported",
            )
            .help("use `auth=LDAP`, `auth=NONE` or `auth=NOSASL`, as the server has it"));
        }
        Some(_) => return Err(unfit("auth", "one of NONE, LDAP, CUSTOM, NOSASL")),
    };
    if http.unwrap_or(path.is_some() || token) {
        let path = path.unwrap_or_else(|| HTTP_PATH.into());
        let path = path.trim_matches('/').to_owned();
        if path.is_empty() || path.contains(|c: char| !c.is_ascii_graphic() || "?#%".contains(c)) {
            return Err(unfit("http_path", "a path such as `cliservice`"));
        }
        return Ok(Transport::Http { path });
    }
    if path.is_some() || token {
        let name = if token { "access_token" } else { "http_path" };
        return Err(Error::new(
            Kind::Url,
            format!("the URL has the parameter `{name}`, which the binary transport does not have"),
        )
        .help("say `transport=http`, if the server speaks HTTP"));
    }
    Ok(Transport::Binary { sasl })
}

/// Whom to trust, where there is TLS, and how to show who we are.
fn tls(parameters: &mut Parameters) -> Result<(Option<Trust>, Option<Identity>)> {
    let ssl = parameters.read("ssl", "`true` or `false`", boolean)?.unwrap_or(false);
    let trust = parameters.read("verify", Trust::EXPECTED, Trust::read)?;
    let identity = match (parameters.take("cert"), parameters.take("key")) {
        (Some(certificate), Some(key)) => {
            Some(Identity { certificate: PathBuf::from(certificate), key: PathBuf::from(key) })
        }
        (None, None) => None,
        (certificate, _) => {
            let (has, lacks) =
                if certificate.is_some() { ("cert", "key") } else { ("key", "cert") };
            return Err(Error::new(
                Kind::Url,
                format!("the URL has the parameter `{has}` without `{lacks}`"),
            )
            .help("a client certificate needs both, the paths of two PEM files"));
        }
    };
    if !ssl && (trust.is_some() || identity.is_some()) {
        let name = if trust.is_some() { "verify" } else { "cert" };
        return Err(Error::new(
            Kind::Url,
            format!("the URL has the parameter `{name}`, which only TLS needs"),
        )
        .help("add `ssl=true`"));
    }
    Ok((ssl.then(|| trust.unwrap_or_default()), identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlalchemys_urls_are_read() {
        let target = parse("//me:p%40ss@h:10001/sales?auth=LDAP&plaintext=true&spark.sql.session.timeZone=Europe/Berlin&timeout=5").unwrap();
        assert_eq!(
            (target.host.as_str(), target.port, target.user.as_str(), target.password.as_str()),
            ("h", 10_001, "me", "p@ss")
        );
        assert_eq!(target.database.as_deref(), Some("sales"));
        assert_eq!(
            target.settings,
            [("spark.sql.session.timeZone".into(), "Europe/Berlin".into())]
        );
        assert_eq!(target.timeout, Duration::from_secs(5));
        assert_eq!((target.tls, target.identity), (None, None));
        let target = parse("//[::1]/?auth=nosasl").unwrap();
        assert_eq!((target.host.as_str(), target.port), ("[::1]", PORT));
        assert_eq!((target.user.as_str(), target.database), ("anonymous", None));
    }

    #[test]
    fn transports_have_many_spellings() {
        let http = |path: &str| Transport::Http { path: path.into() };
        for (parameters, transport, tls) in [
            ("", Transport::Binary { sasl: true }, None),
            ("auth=NONE", Transport::Binary { sasl: true }, None),
            ("auth=nosasl", Transport::Binary { sasl: false }, None),
            ("transport=binary&ssl=true", Transport::Binary { sasl: true }, Some(Trust::System)),
            ("transport=http", http("cliservice"), None),
            ("transport=HTTP&http_path=/a/b/", http("a/b"), None),
            ("http_path=cliservice", http("cliservice"), None),
            ("transportMode=http&httpPath=x&ssl=1&verify=false", http("x"), Some(Trust::Anyone)),
            (
                "http_path=sql/1.0/w&ssl=true&verify=/ca.pem&access_token=t",
                http("sql/1.0/w"),
                Some(Trust::Authority("/ca.pem".into(), "verify")),
            ),
        ] {
            let target = parse(&format!("//h?{parameters}")).unwrap();
            assert_eq!((target.transport, target.tls), (transport, tls), "{parameters}");
        }
    }

    #[test]
    fn a_scheme_may_imply_parameters() {
        for url in ["//me@h:10001/db", "//me@h:10001/db#x", "//me@h:10001/db?timeout=5#x"] {
            let target = parse(&with(url, "transport=http&ssl=true")).unwrap();
            assert_eq!(target.transport, Transport::Http { path: "cliservice".into() }, "{url}");
            assert_eq!((target.tls, target.database), (Some(Trust::System), Some("db".into())));
        }
        let twice = parse(&with("//h?transport=binary", "transport=http")).map(|_| ()).unwrap_err();
        assert!(twice.to_string().starts_with("the URL has the parameter `transport` twice"));
    }

    #[test]
    fn secrets_may_go_over_tls_and_on_this_machine() {
        for url in [
            "//me:s3cret@localhost",
            "//me:s3cret@127.0.0.1:10000/db?transport=http&spark.a.token=s3cret",
            "//me:s3cret@[::1]",
            "//me:s3cret@h?ssl=true&spark.a.token=s3cret",
            "//me:s3cret@h?plaintext=true",
            "//me@h",
            "//me:@h",
        ] {
            assert!(parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn errors_name_what_is_wrong_and_no_secret() {
        for (url, text) in [
            ("h/db", "the URL has no `//` after its scheme"),
            ("//me:s3cret@", "the URL has no host"),
            ("//me:s3cret@h:99999", "the URL's port is not a number"),
            ("//me:s3cret@[::1", "the URL has no host"),
            ("//me:s3cret@h/a/b", "the URL's path has more than the name of a database"),
            ("//me:s3cret%4@h", "the URL has a `%` that is not followed"),
            (
                "//me:s3cret@h?auht=NONE",
                "the URL has the parameter `auht`, which Spark does not have; did you mean `auth`?",
            ),
            (
                "//me@h?colour=s3cret",
                "the URL has the parameter `colour`, which Spark does not have; the parameters \
                 are auth, transport, http_path, ssl, verify, cert, key, access_token, timeout, \
                 plaintext, spark.…",
            ),
            ("//me@h?s3cret!=1", "the URL has a parameter that Spark does not have"),
            ("//h?spark.token&x://me:s3cret@h?a=1", "the URL has a parameter without `=`"),
            ("//h?spark.token://me:s3cret@h?a=1", "the URL has a parameter that Spark does not"),
            ("//me:s3cret@h?auth=s3cret", "the URL's parameter `auth` has a value that can't be"),
            ("//me:s3cret@h?auth=KERBEROS", "signing in to Spark by Kerberos is not supported"),
            ("//me:s3cret@h?timeout=0", "the URL's parameter `timeout` has a value that can't be"),
            ("//h?transport=s3cret", "the URL's parameter `transport` has a value that can't be"),
            ("//h?http_path=/", "the URL's parameter `http_path` has a value that can't be"),
            ("//h?ssl=s3cret", "the URL's parameter `ssl` has a value that can't be"),
            ("//h?verify=false", "the URL has the parameter `verify`, which only TLS needs"),
            ("//h?cert=/s3cret", "the URL has the parameter `cert` without `key`"),
            ("//h?access_token=s3cret", "the URL has an access token, and no TLS"),
            ("//me:s3cret@h", "the URL has a password, and no TLS that would keep it secret; add"),
            ("//me:s3cret@h?transport=http", "the URL has a password, and no TLS that would keep"),
            ("//h?spark.a.token=s3cret", "the URL has a secret in `spark.a.token`, and no TLS"),
            ("//me:s3cret@h?plaintext=s3cret", "the URL's parameter `plaintext` has a value that"),
            ("//h?access_token=s3cret&transport=binary&ssl=true", "the URL has the parameter `ac"),
            ("//a:s3cret@h?access_token=s3cret&ssl=true", "the URL has both a password and `acc"),
            ("//h?transport=binary&http_path=x", "the URL has the parameter `http_path`, which"),
        ] {
            let error = parse(url).map(|_| ()).unwrap_err().to_string();
            assert!(error.starts_with(text), "{url}: {error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
