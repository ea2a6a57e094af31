//! Which names of options and headers say that their values are secret: what
//! `lake.toml` must not spell out, and what must not go over a network in clear.

/// Words that say so wherever they stand.
const TELLING: [&str; 14] = [
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "credentials",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "pat",
    "pwd",
    "secret",
    "secrets",
    "token",
];

/// Words after which a `key` is secret, wherever the two stand.
const BEFORE_KEY: [&str; 9] =
    ["access", "account", "api", "encryption", "master", "private", "secret", "shared", "signing"];

/// Whether a name says that its value is secret: `access_token`, `X-Api-Key`,
/// `spark.hadoop.fs.s3a.secret.key`, `keyStorePassword`. A `key` alone is the path
/// of a file.
pub fn names_secret(name: &str) -> bool {
    let words = words(name);
    let key = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        before.is_some_and(|word| BEFORE_KEY.contains(&word.as_str()) || at + 1 == words.len())
    };
    words
        .iter()
        .enumerate()
        .any(|(at, word)| TELLING.contains(&word.as_str()) || (word == "key" && key(at)))
}

/// The words of a name in lower case: between points, dashes and the like, and at
/// capitals inside.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && small) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_secret() {
        for name in [
            "password",
            "PWD",
            "access_token",
            "accessToken",
            "extra_credential",
            "Authorization",
            "Proxy-Authorization",
            "Set-Cookie",
            "X-Api-Key",
            "x-apikey",
            "spark.password",
            "spark.hadoop.fs.s3a.secret.key",
            "spark.hadoop.fs.s3a.access.key",
            "spark.hadoop.fs.azure.account.key.me.dfs.core.windows.net",
            "spark.ssl.keyStorePassword",
            "hive.server2.thrift.http.cookie",
            "sales.aws_secret",
        ] {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "key",
            "cert",
            "auth",
            "source",
            "client_tags",
            "X-Forwarded-Proto",
            "X-Path",
            "spark.sql.mapKeyDedupPolicy",
            "spark.sql.shuffle.partitions",
            "spark.sql.session.timeZone",
            "hive.compat",
            "query_max_run_time",
            "",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }
}
