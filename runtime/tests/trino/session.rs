//! Session headers, in both directions.

use crate::server::{Reply, Server, page};

#[tokio::test]
async fn what_the_url_says_is_sent() {
    let server = Server::start(|_| Reply::json(page(None, "[[1]]"))).await;
    let parameters = "?source=app&timezone=Europe/Berlin&client_tags=[\"a\",\"b\"]\
                      &session_properties={\"query_max_run_time\":\"10m\",\"hive.x\":\"a,b\"}\
                      &roles={\"hive\":\"admin\"}&extra_credential=[[\"token\",\"s3cret\"]]\
                      &http_headers={\"X-Extra\":\"one\"}&encoding=json";
    let lake = lakequery::connect(&server.url(parameters)).await.unwrap();
    lakequery::sql("SELECT 1").fetch_all(&lake).await.unwrap();
    let seen = &server.seen()[0];
    for (name, value) in [
        ("x-trino-user", "me"),
        ("x-trino-source", "app"),
        ("x-trino-catalog", "tpch"),
        ("x-trino-schema", "tiny"),
        ("x-trino-time-zone", "Europe/Berlin"),
        ("x-trino-client-tags", "a,b"),
        ("x-trino-session", "hive.x=a%2Cb,query_max_run_time=10m"),
        ("x-trino-role", "hive=ROLE%7Badmin%7D"),
        ("x-trino-extra-credential", "token=s3cret"),
        ("x-trino-transaction-id", "NONE"),
        ("x-trino-query-data-encoding", "json"),
        ("x-extra", "one"),
        ("content-type", "text/plain; charset=utf-8"),
    ] {
        assert_eq!(seen.header(name).as_deref(), Some(value), "{name}");
    }
    let capabilities = seen.header("x-trino-client-capabilities").unwrap();
    assert!(capabilities.split(',').any(|capability| capability == "PARAMETRIC_DATETIME"));
    assert!(seen.header("user-agent").unwrap().starts_with("lakequery/"));
    assert_eq!(seen.header("authorization"), None);
    assert!(!format!("{lake:?}").contains("s3cret"));
}

#[tokio::test]
async fn what_the_server_sets_is_sent_from_then_on_by_all_clones() {
    let server = Server::start(|seen| {
        let reply = Reply::json(page(None, ""));
        match seen.body.as_str() {
            "set" => reply
                .header("X-Trino-Set-Catalog", "hive")
                .header("X-Trino-Set-Schema", "s1")
                .header("X-Trino-Set-Path", "a.b")
                .header("X-Trino-Set-Session", "join_max=a%20b%2C")
                .header("X-Trino-Set-Session", "other=1")
                .header("X-Trino-Set-Role", "system=ROLE%7Badmin%7D")
                .header("X-Trino-Added-Prepare", "p=SELECT+1")
                .header("X-Trino-Started-Transaction-Id", "t-1")
                .header("X-Trino-Set-Authorization-User", "other"),
            "clear" => reply
                .header("X-Trino-Clear-Session", "other")
                .header("X-Trino-Deallocated-Prepare", "p")
                .header("X-Trino-Clear-Transaction-Id", "true")
                .header("X-Trino-Reset-Authorization-User", "true"),
            _ => reply,
        }
    })
    .await;
    let lake = server.connect().await;
    let clone = lake.clone();
    for (sql, lake) in [("set", &lake), ("SELECT", &clone), ("clear", &clone), ("SELECT", &lake)] {
        lakequery::sql(sql).execute(lake).await.unwrap();
    }
    let seen = server.seen();
    for (name, set, cleared) in [
        ("catalog", Some("hive"), Some("hive")),
        ("schema", Some("s1"), Some("s1")),
        ("path", Some("a.b"), Some("a.b")),
        ("session", Some("join_max=a%20b%2C,other=1"), Some("join_max=a%20b%2C")),
        ("role", Some("system=ROLE%7Badmin%7D"), Some("system=ROLE%7Badmin%7D")),
        ("prepared-statement", Some("p=SELECT%201"), None),
        ("transaction-id", Some("t-1"), Some("NONE")),
        ("authorization-user", Some("other"), None),
    ] {
        let header = |seen: &crate::server::Seen| seen.header(&format!("x-trino-{name}"));
        assert_eq!(header(&seen[1]).as_deref(), set, "{name}");
        assert_eq!(header(&seen[3]).as_deref(), cleared, "{name}");
    }
}

#[tokio::test]
async fn a_new_session_begins_as_the_url_says() {
    let server = Server::start(|seen| match seen.body.as_str() {
        "set" => Reply::json(page(None, "")).header("X-Trino-Set-Schema", "s1"),
        _ => Reply::json(page(None, "")),
    })
    .await;
    let lake = server.connect().await;
    lakequery::sql("set").execute(&lake).await.unwrap();
    let other = lake.new_session().await.unwrap();
    lakequery::sql("SELECT").execute(&other).await.unwrap();
    lakequery::sql("set").execute(&other).await.unwrap();
    lakequery::sql("SELECT").execute(&lake).await.unwrap();
    let third = other.new_session().await.unwrap();
    lakequery::sql("SELECT").execute(&third).await.unwrap();
    let schemas: Vec<_> = server.seen().iter().map(|seen| seen.header("x-trino-schema")).collect();
    let schemas: Vec<_> = schemas.iter().map(|schema| schema.as_deref().unwrap()).collect();
    assert_eq!(schemas, ["tiny", "tiny", "tiny", "s1", "tiny"]);
}

/// What answers add is sent with every statement, so that it has an end.
#[tokio::test]
async fn a_session_does_not_grow_for_ever() {
    let server = Server::start(|seen| {
        let mut reply = Reply::json(page(None, ""));
        for n in 0..60 {
            let name = format!("p{}_{n}", seen.body);
            reply = reply.header("X-Trino-Added-Prepare", &format!("{name}={}", "x".repeat(4_000)));
        }
        reply
    })
    .await;
    let lake = server.connect().await;
    let mut refused = None;
    for n in 0..20 {
        let result = lakequery::sql(n.to_string()).execute(&lake).await;
        refused = refused.or(result.err().map(|error| (n, error.to_string())));
    }
    let (n, error) = refused.unwrap();
    assert_eq!(n, 4, "{error}");
    assert!(error.contains("adds more to the session than can be sent"), "{error}");
    let sent = server.seen().last().unwrap().header("x-trino-prepared-statement").unwrap();
    assert!(sent.len() < 1 << 20, "{}", sent.len());
}

#[tokio::test]
async fn what_can_not_be_sent_is_refused() {
    let server =
        Server::start(|_| Reply::json(page(None, "")).header("X-Trino-Set-Schema", "a%0D%0Ab"))
            .await;
    let error = lakequery::sql("USE").execute(&server.connect().await).await.unwrap_err();
    assert!(error.is_broken_data(), "{error}");
    assert!(error.to_string().contains("the session's schema to a text with control characters"));
    for (url, told) in [
        ("trino://me@h/a%0d%0ab", "the URL's catalog has control characters"),
        ("trino://me@h/a/b%0A", "the URL's schema has control characters"),
        ("trino://me@h/a/b%00?source=x", "the URL's schema has control characters"),
        ("trino://me@h/a?path=b%0Ac", "`path` has a value that can't be"),
    ] {
        let error = lakequery::connect(url).await.unwrap_err();
        assert!(error.is_url() && error.to_string().contains(told), "{url}: {error}");
    }
}

#[tokio::test]
async fn presto_has_headers_of_its_own() {
    let server = Server::of_version("0.287", |_| {
        Reply::json(page(None, "[[1]]")).header("X-Presto-Set-Session", "a=1")
    })
    .await;
    let url = format!("presto://me@{}/memory", server.address);
    let lake = lakequery::connect(&url).await.unwrap();
    let query = lakequery::sql("SELECT n LIMIT ?").bind(3i64);
    query.clone().fetch_all(&lake).await.unwrap();
    lakequery::sql("SELECT ?").bind("x").fetch_all(&lake).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].header("x-presto-catalog").as_deref(), Some("memory"));
    assert_eq!(seen[0].header("x-presto-session").as_deref(), Some("offset_clause_enabled=true"));
    assert_eq!(seen[0].header("x-trino-user"), None);
    assert_eq!(seen[0].body, "SELECT n LIMIT 3");
    assert_eq!(
        seen[1].header("x-presto-session").as_deref(),
        Some("a=1,offset_clause_enabled=true")
    );
    assert_eq!(seen[1].body, "EXECUTE lakequery_statement USING CAST('x' AS varchar)");
    let prepared = seen[1].header("x-presto-prepared-statement");
    assert_eq!(prepared.as_deref(), Some("lakequery_statement=SELECT%20%3F"));
}
