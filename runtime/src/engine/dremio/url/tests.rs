//! URLs of Dremio: which are read, and what the others are told.

use super::*;

/// Who signs in where, and the headers of the session.
fn shown(Parsed { target, trust, credentials, session, .. }: &Parsed) -> String {
    let who = match credentials {
        Credentials::User { name, password } => format!("{name}:{password}"),
        Credentials::Token(token) => token.clone(),
        Credentials::Client { url, form } => format!("{form} at {url}"),
    };
    let tls = if trust.is_some() { "+tls" } else { "" };
    let headers: Vec<String> = session
        .iter()
        .map(|setting| format!("{}={}", setting.name, setting.value.to_str().unwrap()))
        .collect();
    format!("{who} | {}{tls} | {}", target.place(), headers.join(" "))
}

#[test]
fn urls_are_read_as_the_sqlalchemy_dialect_does() {
    for (url, read) in [
        ("//me:p%40@h", "me:p@ | h:32010+tls | "),
        ("//me:p@h:1?useencryption=true", "me:p | h:1+tls | "),
        ("//me:p@[::1]/?UseEncryption=false", "me:p | [::1]:32010 | "),
        ("//me:p@h/a.b?USEENCRYPTION=0&plaintext=true", "me:p | h:32010 | schema=\"a\".\"b\""),
        (
            "//me:p@h/Samples.%22samples.dremio.com%22?DisableCertificateVerification=true",
            "me:p | h:32010+tls | schema=\"Samples\".\"samples.dremio.com\"",
        ),
        ("//data.dremio.cloud/?Token=a%2B%2F%3D", "a+/= | data.dremio.cloud:443+tls | "),
        ("//data.eu.dremio.cloud:444?token=t", "t | data.eu.dremio.cloud:444+tls | "),
        ("//me@h?TOKEN=t&schema=x", "t | h:32010+tls | schema=\"x\""),
        (
            "//h?token=t&routing_queue=q&routing_tag=t1&routing_engine=e&catalog=p-1&quoting=DOUBLE_QUOTE",
            "t | h:32010+tls | catalog=p-1 routing_queue=q routing_tag=t1 routing_engine=e",
        ),
        (
            "//h?client_id=i%26&client_secret=s",
            "grant_type=client_credentials&client_id=i%26&client_secret=s&scope=dremio.all at \
             https://h:9047/oauth/token | h:32010+tls | ",
        ),
        (
            "//127.0.0.1?client_id=i&client_secret=s&UseEncryption=false&token_url=http://127.0.0.1:5/t",
            "grant_type=client_credentials&client_id=i&client_secret=s&scope=dremio.all at \
             http://127.0.0.1:5/t | 127.0.0.1:32010 | ",
        ),
    ] {
        let parsed = parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(shown(&parsed), read, "{url}");
    }
}

#[test]
fn no_value_of_a_parameter_is_in_an_error() {
    let names = PARAMETERS.iter().copied().chain(ELSEWHERE.map(|(name, _)| name));
    for name in names.chain(["other", "s3c~ret"]) {
        for before in ["//me:s3c~ret@h:1/a?", "//h?Token=s3c~ret&", "//s3c~ret@h/a/s3c~ret?"] {
            if let Err(error) = parse(&format!("{before}{name}=s3c~ret")) {
                let shown = format!("{error} {error:?}");
                assert!(error.is_url() && !shown.contains("s3c~ret"), "{before}{name}: {shown}");
            }
        }
    }
}

#[test]
fn what_is_wrong_is_named_and_no_secret() {
    for (url, text) in [
        ("//h", "the URL has no credentials; write it as in `dremio+flight://"),
        ("//me@h", "the URL has a user without a password"),
        ("//:s3cret@h", "the URL has a password without a user"),
        ("//me:s3cret@h?Token=s3cret", "several ways to sign in"),
        ("//h?client_id=s3cret", "`client_id` without `client_secret`"),
        ("//h?client_secret=s3cret", "`client_secret` without `client_id`"),
        ("//h?token_url=https://x", "`token_url` without `client_id`"),
        (
            "//h?client_id=i&client_secret=s3cret&token_url=http://h",
            "`token_url` has a value that can't be; it has to be a URL that begins",
        ),
        ("//h?Token=s3cret%20x", "characters that a token can't have; percent-encode it"),
        ("//h?token=a&Token=s3cret", "the parameter `Token` twice"),
        ("//me:s3cret@h:9047", "9047, is that of Dremio's pages and REST; write the one for"),
        ("//me:s3cret@h?UseEncryption=false", "no TLS that would keep it secret; leave `Use"),
        ("//me:s3cret@h?UseEncryption=maybe", "`UseEncryption` has a value that can't be"),
        ("//me:s3cret@h?TrustedCerts=/nowhere/ca.pem", "the file of `TrustedCerts`, /nowhere"),
        (
            "//me:s3cret@h?TrustedCerts=/ca.pem&DisableCertificateVerification=true",
            "both `TrustedCerts` and `DisableCertificateVerification`",
        ),
        ("//me:s3cret@h/a/b", "a path of several parts; write the path of a schema"),
        ("//me:s3cret@h/a?schema=b", "both a path and `schema`"),
        ("//me:s3cret@h/a..b", "the URL names a schema that can't be"),
        ("//me:s3cret@h/é", "`schema` has characters that a session's setting can't have"),
        ("//me:s3cret@h?quoting=BACK_TICK", "it has to be `DOUBLE_QUOTE`, as the SQL that"),
        ("//me:s3cret@h?auth=NOSASL", "`auth`, which Dremio does not have; it is of the URLs"),
        ("//me:s3cret@h?transport=http", "`transport`, which Dremio does not have; it is of"),
        ("//me:s3cret@h?http_path=x", "`http_path`, which Dremio does not have; it is of the"),
        ("//me:s3cret@h?SSL=true", "`ssl`, which Dremio does not have; TLS is on"),
        ("//me:s3cret@h?routing_quue=x", "did you mean `routing_queue`?"),
        ("//me:s3cret@h?colour=x", "the parameters are UseEncryption, "),
    ] {
        let Err(error) = parse(url).and_then(Parsed::settings) else { panic!("{url}") };
        let shown = format!("{error} {error:?}");
        assert!(error.is_url() && shown.contains(text), "{url}: {shown}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
