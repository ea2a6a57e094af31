//! How connections begin, and with whom: servers of another kind, refusals, and
//! silence are errors that say what to do, and no secret.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::reply;
use crate::server::{Act, Kind, Server};

/// A server that says something as soon as it was told something, or before; `hangs_up`
/// says whether it ends the connection then.
async fn says(words: &'static [u8], before: bool, hangs_up: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                if !before {
                    let _ = stream.read(&mut [0; 1024]).await;
                }
                let _ = stream.write_all(words).await;
                if !hangs_up {
                    std::future::pending::<()>().await;
                }
                // Read on, for an end with bytes unread is a reset.
                let _ = stream.shutdown().await;
                while stream.read(&mut [0; 1024]).await.is_ok_and(|count| count > 0) {}
            });
        }
    });
    address
}

async fn refused(address: &str, parameters: &str) -> lakequery::Error {
    let url = format!("spark://me:s3cret@{address}/{parameters}");
    let started = Instant::now();
    let error = lakequery::connect(&url).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(20), "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(!error.is_internal(), "{shown}");
    error
}

#[tokio::test]
async fn servers_of_another_kind_are_told() {
    let http = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    let alert = b"\x15\x03\x03\0\x02\x02\x46";
    let mail = b"220 mail.example ESMTP\r\n";
    let ssh = b"SSH-2.0-OpenSSH_9.6\r\n";
    for (words, before) in
        [(&http[..], false), (alert, false), (mail, true), (ssh, true), (&[0; 64], false)]
    {
        for parameters in ["?timeout=1", "?timeout=1&auth=NOSASL"] {
            for hangs_up in [true, false] {
                let address = says(words, before, hangs_up).await;
                let error = refused(&address, parameters).await;
                let right = error.is_connection() || error.is_timeout();
                assert!(right, "{words:?} {parameters}: {error:?}");
                let said = error.to_string();
                assert!(said.contains("is it a Spark Thrift Server"), "{words:?}: {said}");
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_or_is_silent() {
    for parameters in ["?timeout=0.5", "?timeout=0.5&auth=NOSASL"] {
        let error = refused(&says(b"", false, true).await, parameters).await;
        assert!(error.is_connection() && error.to_string().contains("hung up"), "{error}");
        let error = refused(&says(b"", true, false).await, parameters).await;
        assert!(error.is_timeout() && error.to_string().contains("raise `timeout="), "{error}");
    }
    // As a server does whose transport has no SASL.
    let error = refused(&says(b"", false, true).await, "").await;
    assert!(error.to_string().contains("needs `auth=NOSASL`"), "{error}");
    // A server with TLS, and one without.
    let address = says(b"", false, true).await;
    let error = refused(&address, "?ssl=true&verify=false").await;
    assert!(error.to_string().contains("is not trusted"), "{error}");
    let error = refused("127.0.0.1:1", "").await;
    assert!(error.to_string().starts_with("127.0.0.1:1 can't be reached: "), "{error}");
}

#[tokio::test]
async fn refusals_are_told_in_the_servers_words() {
    for (words, kind, told) in [
        (
            &b"\x03\0\0\0\x13Bad password s3cret"[..],
            true,
            "let the user in: Bad password … (spark)",
        ),
        (b"\x04\0\0\0\x02no", true, "does not let the user in: no (spark)"),
        (b"\x03\0\0\0\0", true, "does not let the user in"),
        (b"\x02\0\0\0\x03abc", false, "it asks for more than SASL PLAIN"),
        (b"\x03\x7f\xff\xff\xff", false, "it does not speak SASL"),
        (b"\x05\0\0\0\0more", false, "it says more than was asked"),
    ] {
        let error = refused(&says(words, false, false).await, "?timeout=2").await;
        assert_eq!((error.is_sign_in(), error.is_connection()), (kind, !kind), "{error}");
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[tokio::test]
async fn sessions_that_can_not_be_used() {
    for (reply, told) in [
        (
            reply::fault("OpenSession", "42000", "Database 'x' not found"),
            "the server opens no session: Database 'x' not found",
        ),
        (reply::opened(4, &[7; 16]), "a version of HiveServer2's protocol from before columnar"),
        (reply::done("OpenSession"), "it has no session"),
        (reply::done("CloseSession"), "it answers another call"),
    ] {
        for kind in [Kind::Sasl, Kind::Bare] {
            let reply = reply.clone();
            let server = Server::of(kind, move |call| {
                (call.method == "OpenSession").then(|| Act::Reply(reply.clone()))
            })
            .await;
            let auth = if kind == Kind::Sasl { "" } else { "?auth=NOSASL" };
            let error = refused(&server.address, auth).await;
            assert!(error.to_string().contains(told), "{error}");
        }
    }
}
