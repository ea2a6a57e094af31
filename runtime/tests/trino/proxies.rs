//! Proxies that the environment names: obeyed, and named where they refuse. Each
//! environment is that of a process of its own.

use std::process::Command;

use crate::server::{Reply, Server, page};

const URL: &str = "LAKEQUERY_TEST_PROXIES_URL";

/// What becomes of a query in a process with these variables.
async fn outcome(url: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "proxies::queries", "--nocapture"]).env(URL, url);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_once("outcome: ").unwrap_or_else(|| panic!("{text}")).1.to_owned()
}

/// Does nothing unless it is run as such a process.
#[tokio::test]
async fn queries() {
    let Ok(url) = std::env::var(URL) else { return };
    let query = async {
        let lake = lakequery::connect(&url).await?;
        lakequery::sql("SELECT n").fetch_all(&lake).await.map(|rows| rows.len())
    };
    println!("outcome: {:?}", query.await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn proxies_are_obeyed_and_named() {
    let server = Server::start(|_| Reply::json(page(None, "[[1]]"))).await;
    let url = server.url("");
    // A proxy for what has no TLS is asked for whole URLs: this one answers itself.
    let host = "trino://me@trino.invalid:8080/tpch/tiny?request_timeout=5";
    let proxy = Server::start(|seen| match seen.path.as_str() {
        "http://trino.invalid:8080/v1/info" => Reply::status(404, ""),
        _ => Reply::json(page(None, "[[1],[2]]")),
    })
    .await;
    let refuses = Server::start(|_| Reply::status(407, "")).await;
    let [proxy, refuses] = [&proxy, &refuses].map(|server| format!("http://{}", server.address));
    let nobody = "http://127.0.0.1:1";
    for (url, variables, told) in [
        (&url[..], &[][..], "Ok(1)"),
        (host, &[("HTTP_PROXY", &proxy[..])], "Ok(2)"),
        (host, &[("all_proxy", &proxy)], "Ok(2)"),
        (&url, &[("HTTP_PROXY", nobody), ("NO_PROXY", "127.0.0.1")], "Ok(1)"),
        (
            host,
            &[("HTTP_PROXY", nobody)],
            "could not connect to trino.invalid:8080: Connection refused (os error 111) (trino); \
             `HTTP_PROXY` names a proxy for it: check that it runs, or name the host in `NO_PROXY`",
        ),
        (
            host,
            &[("HTTP_PROXY", &refuses)],
            "a proxy on the way to trino.invalid:8080 wants the client to sign in (407 Proxy \
             Authentication Required)",
        ),
        (
            "trinos://me@trino.invalid?request_timeout=5",
            &[("HTTPS_PROXY", &refuses)],
            "`HTTPS_PROXY` names a proxy for it",
        ),
        // What is for this machine would leave it.
        (
            &format!("{url}?extra_credential=[[\"a\",\"b\"]]"),
            &[("HTTP_PROXY", &proxy)],
            "the URL has a secret in `extra_credential`, and no TLS that would keep it secret",
        ),
    ] {
        let outcome = outcome(url, variables).await;
        assert!(outcome.contains(told), "{url} {variables:?}: {outcome}");
    }
}
