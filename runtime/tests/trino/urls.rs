//! URLs that can't be used, and servers that are not what the URL says: errors
//! that say what to do, and no secret.

use crate::server::{Reply, Server};

async fn refused(url: &str) -> String {
    let error = lakequery::connect(url).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    error.to_string()
}

#[tokio::test]
async fn wrong_urls_are_explained() {
    for (url, told) in [
        ("trino:host", "the URL has no `//` after its scheme (trino); write it as in `trino://"),
        ("trino://me@", "the URL has no host"),
        ("trino://me@h:port", "the URL's port is not a number"),
        ("trino://h", "the URL has no user, and Trino wants one"),
        ("presto://h", "the URL has no user, and Presto wants one"),
        (
            "trino://me:s3cret@h",
            "a password, and no TLS that would keep it secret (trino); write `trinos://`",
        ),
        (
            "presto://me:s3cret@h",
            "a password, and no TLS that would keep it secret (presto); write `prestos://`",
        ),
        ("trino://me@h?access_token=s3cret", "an access token, and no TLS"),
        ("trinos://me:s3cret@h?access_token=s3cret", "both a password and `access_token`"),
        ("trinos://:s3cret@h", "a password without a user"),
        ("trinos://me@h?cert=/s3cret", "the parameter `cert` without `key`"),
        ("trinos://me@h?key=/s3cret", "the parameter `key` without `cert`"),
        ("trinos://me@h?verify=/none.pem", "the file of `verify`, /none.pem, could not be used"),
        ("trino://me@h/c/s/x", "more than a catalog and a schema"),
        (
            "trino://me@h?sorce=s3cret",
            "`sorce`, which Trino does not have (trino); did you mean `source`?",
        ),
        ("presto://me@h?encoding=json", "`encoding`, which Presto does not have"),
        (
            "trino://me@h?session_properties=s3cret",
            "`session_properties` has a value that can't be (trino); it has to be a JSON object",
        ),
        ("trino://me@h?client_tags=s3cret", "`client_tags` has a value that can't be"),
        ("trino://me@h?extra_credential={\"a\":[\"s3cret\"]}", "`extra_credential` has a value"),
        ("trino://me@h?http_headers={\"a b\":\"s3cret\"}", "`http_headers` has a value"),
        ("trino://me@h?http_headers={\"a\":\"s3cret\\n\"}", "`http_headers` has a value"),
        ("trino://me@h?encoding=s3cret", "`encoding` has a value"),
        ("trino://me@h?request_timeout=0", "`request_timeout` has a value"),
        ("trino://me@h?request_timeout=s3cret", "it has to be a number of seconds above 0"),
        ("trino://me@h?externalAuthentication=true", "signing in with a browser"),
        ("trino://me%0a@h", "`user` has a value"),
        (
            "trino://me@h?extra_credential=[[\"a\",\"s3cret\"]]",
            "a secret in `extra_credential`, and no TLS that would keep it secret (trino); write \
             `trinos://` for a connection with TLS, or let it be sent in clear with \
             `plaintext=true`",
        ),
        ("trino://me@h?http_headers={\"Authorization\":\"s3cret\"}", "a secret in `http_headers`"),
        ("trino://me@h?http_headers={\"a\":\"b\",\"X-Api-Key\":\"s3cret\"}", "a secret in `http_h"),
        ("presto://me@h?session_properties={\"a.token\":\"s3cret\"}", "a secret in `session_prop"),
        ("trino://me@h?plaintext=s3cret", "`plaintext` has a value that can't be"),
    ] {
        let error = refused(url).await;
        assert!(error.contains(told), "{url}: {error}");
    }
}

#[tokio::test]
async fn what_is_not_secret_may_go_anywhere_and_secrets_where_it_is_said() {
    for parameters in [
        "http_headers={\"X-Team\":\"a\"}&session_properties={\"a.b\":\"c\"}",
        "http_headers={\"Authorization\":\"s3cret\"}&plaintext=true",
        "extra_credential=[[\"a\",\"s3cret\"]]&plaintext=true",
    ] {
        // A network of which nobody is a part.
        let url = format!("trino://me@192.0.2.1?request_timeout=0.1&{parameters}");
        let error = lakequery::connect(&url).await.unwrap_err();
        assert!(!error.is_url() && (error.is_connection() || error.is_timeout()), "{error}");
    }
}

#[tokio::test]
async fn servers_of_another_kind_are_told() {
    let server = Server::of_version("0.287", |_| Reply::status(404, "")).await;
    let error = refused(&server.url("")).await;
    assert!(error.contains("is Presto, not Trino (trino); let the URL begin with `presto:`"));
    let server = Server::of_version("476", |_| Reply::status(404, "")).await;
    let error = refused(&server.url("").replace("trino:", "presto:")).await;
    assert!(error.contains("is Trino, not Presto (presto); let the URL begin with `trino:`"));

    // One that hides what it is tells with the first query.
    let lake = server.connect().await;
    let error = lakequery::sql("SELECT 1").fetch_all(&lake).await.unwrap_err();
    assert!(error.is_connection());
    assert!(error.to_string().contains("does not know the protocol of Trino"), "{error}");
    let html = Reply::status(200, "<html>").header("content-type", "text/html");
    let server = Server::start(move |_| html.clone()).await;
    let lake = server.connect().await;
    let error = lakequery::sql("SELECT 1").fetch_all(&lake).await.unwrap_err();
    assert!(
        error.to_string().contains("is not a Trino server (trino); check the URL's host"),
        "{error}"
    );
}

#[tokio::test]
async fn sign_in_is_refused_in_plain_words() {
    let text =
        |status| Reply::status(status, "Bad token s3cret").header("content-type", "text/plain");
    for (status, told) in [(401, "refused to sign the user in: Bad token …"), (403, "does not let")]
    {
        let server = Server::start(move |_| text(status)).await;
        let parameters = "?http_headers={\"authorization\":\"s3cret\"}";
        let lake = lakequery::connect(&server.url(parameters)).await.unwrap();
        let error = lakequery::sql("SELECT 1").fetch_all(&lake).await.unwrap_err();
        assert!(error.is_sign_in());
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(told) && !shown.contains("s3cret"), "{shown}");
    }
}

#[tokio::test]
async fn nobody_is_there() {
    let error = lakequery::connect("trino://me@127.0.0.1:1").await.unwrap_err();
    assert!(error.is_connection());
    assert!(error.to_string().starts_with("could not connect to 127.0.0.1:1: "), "{error}");
    // A server that has no TLS.
    let server = Server::start(|_| Reply::status(200, "")).await;
    let url = server.url("").replace("trino://me", "trinos://me:s3cret");
    let error = refused(&url).await;
    assert!(error.contains("is not trusted"), "{error}");
}
