//! How a client signs in: tokens, and those that a client gets for its id and secret.

use crate::http::{Reply, Server};
use crate::warehouse::{Answer, TOKEN, asked, numbers, refusal, runs, url};

const FORM: &str = "grant_type=client_credentials&scope=all-apis";

/// The URL of a client with an id and a secret.
fn client(server: &Server, parameters: &str) -> String {
    let address = &server.address;
    format!("databricks://{address}?http_path=/sql/1.0/warehouses/w1&ssl=false{parameters}")
}

#[tokio::test]
async fn a_client_gets_a_token_and_keeps_it() {
    let server = Answer::numbers(&[3]).serve_but(|seen, _| {
        let token = format!(
            r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":3600,"scope":"all-apis"}}"#
        );
        (seen.path == "/oidc/v1/token").then(|| Reply::json(token))
    });
    let server = server.await;
    let url = client(&server, "&client_id=me&client_secret=s3cret%2B");
    let lake = lakequery::connect(&url).await.unwrap();
    for _ in 0..3 {
        assert_eq!(numbers(&lake).await.unwrap().len(), 3);
    }
    assert_eq!(asked(&server, "POST /oidc/v1/token"), 1);
    let seen = &server.seen()[0];
    assert_eq!(seen.body, FORM);
    // me:s3cret+
    assert_eq!(seen.header("authorization").as_deref(), Some("Basic bWU6czNjcmV0Kw=="));
    assert_eq!(seen.header("content-type").as_deref(), Some("application/x-www-form-urlencoded"));
}

#[tokio::test]
async fn a_token_that_expires_in_the_middle_is_replaced() {
    let server = Answer::numbers(&[3, 3]).serve_but(|seen, before| {
        let reply = |life| format!(r#"{{"access_token":"{TOKEN}","expires_in":{life}}}"#);
        match seen.path.as_str() {
            "/oidc/v1/token" => Some(Reply::json(reply(3600))),
            path if path.ends_with("/result/chunks/1") && before == 0 => {
                Some(refusal(401, r#"{"error_code":401,"message":"expired"}"#))
            }
            _ => None,
        }
    });
    let server = server.await;
    let url = client(&server, "&client_id=me&client_secret=s3cret");
    let lake = lakequery::connect(&url).await.unwrap();
    assert_eq!(numbers(&lake).await.unwrap().len(), 6);
    assert_eq!(asked(&server, "POST /oidc/v1/token"), 2);
    assert_eq!(runs(&server), 1);
}

#[tokio::test]
async fn a_service_principal_of_entra_gets_its_token_there() {
    let entra = Server::start(|_| {
        Reply::json(format!(r#"{{"access_token":"{TOKEN}","expires_in":"3599"}}"#))
    });
    let entra = entra.await;
    let server = Answer::numbers(&[2]).serve().await;
    let parameters = format!(
        "&azure_tenant_id=t1&azure_client_id=me&azure_client_secret=s%26&azure_login=http://{}",
        entra.address
    );
    let lake = lakequery::connect(&client(&server, &parameters)).await.unwrap();
    assert_eq!(numbers(&lake).await.unwrap().len(), 2);
    assert_eq!(entra.asked(), ["POST /t1/oauth2/token"]);
    assert_eq!(
        entra.seen()[0].body,
        "grant_type=client_credentials&client_id=me&client_secret=s%26\
         &resource=2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
    );
    assert_eq!(entra.seen()[0].header("authorization"), None);
}

#[tokio::test]
async fn who_is_refused_hears_why_and_no_secret() {
    let oidc = Answer::numbers(&[1]).serve_but(|seen, _| {
        let body = r#"{"error":"invalid_client","error_description":"Client authentication failed for s3cret"}"#;
        (seen.path == "/oidc/v1/token").then(|| refusal(401, body))
    });
    let oidc = oidc.await;
    let forbidden = Answer::numbers(&[1]).serve_but(|_, _| {
        let body = r#"{"error_code":403,"message":"Invalid access token."}"#;
        Some(refusal(403, body))
    });
    let forbidden = forbidden.await;
    let no_catalog = Answer::numbers(&[1]).serve_but(|seen, _| {
        let body = r#"{"error_code":"BAD_REQUEST","message":"[NO_SUCH_CATALOG_EXCEPTION] Catalog 'nope' was not found. SQLSTATE: 42704"}"#;
        seen.path.ends_with("/sessions").then(|| refusal(400, body))
    });
    let no_catalog = no_catalog.await;
    let plain = Answer::numbers(&[1]).serve_but(|_, _| Some(Reply::status(404, "no such page")));
    let plain = plain.await;
    for (url, text) in [
        (
            client(&oidc, "&client_id=me&client_secret=s3cret"),
            "gave no token (401 Unauthorized): Client authentication failed for … (databricks); check the client's id",
        ),
        (
            url(&forbidden, ""),
            "does not let the user do that: Invalid access token. (databricks); check the token",
        ),
        (
            client(&forbidden, "&access_token=wrong"),
            "does not let the user do that: Invalid access token.",
        ),
        (url(&no_catalog, "&catalog=nope"), "Catalog 'nope' was not found."),
        (url(&plain, ""), "is not a Databricks workspace (databricks); check the URL's host"),
    ] {
        let error = lakequery::connect(&url).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(text), "{shown}");
        assert!(!shown.contains("s3cret") && !shown.contains(TOKEN), "{shown}");
        assert_eq!(error.engine(), Some(lakequery::Engine::Databricks));
    }
}
