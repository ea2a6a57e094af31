//! Connections that do not come about: what answers is no Dremio, has TLS or has none, or does not
//! take the client.

use std::path::Path;
use std::sync::Arc;

use lakequery::Error;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::server::{PASSWORD, fetch, numbers, serve, serve_by, url_at};

/// What answers everything with some bytes and closes the connection.
async fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(bytes).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    address
}

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trino/certificates");
    folder.join(name).to_str().unwrap().to_owned()
}

/// TLS before a server, which agrees to these protocols, with a certificate of `authority.pem`.
async fn with_tls(server: &str, protocols: &[&[u8]]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let chain = vec![CertificateDer::from_pem_file(file("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(file("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let (acceptor, server) = (TlsAcceptor::from(Arc::new(config)), server.to_owned());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, server) = (acceptor.clone(), server.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut server = TcpStream::connect(server).await.ok()?;
                tokio::io::copy_bidirectional(&mut stream, &mut server).await.ok()
            });
        }
    });
    address
}

async fn refused(url: &str) -> Error {
    let error = lakequery::connect(url).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(PASSWORD), "{shown}");
    error
}

fn encrypted(address: &str, more: &str) -> String {
    format!("dremio+flight://me:pa55word%21@{address}?UseEncryption=true{more}")
}

const HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
const ALERT: &[u8] = b"\x15\x03\x03\x00\x02\x02\x46";

#[tokio::test]
async fn what_answers_without_tls_is_told() {
    for (bytes, text) in [
        (HTTP, "that for Arrow Flight is 32010, and 9047 is for pages and REST"),
        (ALERT, "the server may want TLS: leave `UseEncryption=false` out"),
        (b"", "the server may want TLS: leave `UseEncryption=false` out"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "that for Arrow Flight is 32010"),
    ] {
        let address = answering(bytes).await;
        let error = refused(&url_at(&address, "")).await;
        assert!(error.is_connection() && error.to_string().contains(text), "{bytes:?} {error}");
    }
}

#[tokio::test]
async fn tls_where_there_is_none_is_told() {
    let server = serve(numbers(&[1])).await;
    let error = refused(&encrypted(&server.address, "")).await;
    assert!(error.is_connection(), "{error}");
    assert!(
        error.to_string().contains("write `UseEncryption=false` if this one has none"),
        "{error}"
    );
}

#[tokio::test]
async fn tls_is_verified_unless_the_url_says_otherwise() {
    let server = serve(numbers(&[3])).await;
    let address = with_tls(&server.address, &[b"h2"]).await;
    let authority = format!("&TrustedCerts={}", file("authority.pem"));
    for more in [&authority, "&DisableCertificateVerification=true"] {
        let lake = lakequery::connect(&encrypted(&address, more)).await.unwrap();
        assert_eq!(fetch(&lake, "SELECT n").await.unwrap(), [0, 1, 2], "{more}");
    }
    let error = refused(&encrypted(&address, "")).await;
    let text = "for an authority of your own, name its PEM file: `TrustedCerts=/path/to/ca.pem`";
    assert!(error.is_connection() && error.to_string().contains(text), "{error}");
    // The server closes what does not begin with TLS.
    let error = refused(&url_at(&address, "")).await;
    let text = "the server may want TLS: leave `UseEncryption=false` out";
    assert!(error.is_connection() && error.to_string().contains(text), "{error}");
    // What has TLS and no HTTP/2 are pages and REST.
    for protocols in [&[][..], &[&b"http/1.1"[..]]] {
        let address = with_tls(&server.address, protocols).await;
        let error = refused(&encrypted(&address, &authority)).await;
        assert!(error.is_connection(), "{error}");
        assert!(error.to_string().contains("32010"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let error = refused(&url_at(&address, "")).await;
    assert!(error.is_connection(), "{error}");
    assert!(error.to_string().starts_with(&format!("could not connect to {address}")), "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_told_and_asked_about_once() {
    let server = serve(numbers(&[1])).await;
    let url = format!("dremio+flight://me:wr0ng-one@{}?UseEncryption=false", server.address);
    let error = refused(&url).await;
    let shown = format!("{error} {error:?}");
    assert!(error.is_sign_in() && shown.contains("refused to sign the user in"), "{shown}");
    assert!(shown.contains("check user and password, or the token, which may have"), "{shown}");
    assert!(!shown.contains("wr0ng-one") && !shown.contains("bWU6d3Iwbmctb25l"), "{shown}");
    assert_eq!(server.came("handshake", ""), 1);
}

#[tokio::test]
async fn a_token_that_expired_is_told() {
    let server = serve(numbers(&[1])).await;
    let url = format!("dremio+flight://{}?UseEncryption=false&Token=0ld-token", server.address);
    let error = refused(&url).await;
    assert!(error.is_sign_in() && !error.to_string().contains("0ld-token"), "{error}");
}

#[tokio::test]
async fn a_schema_that_does_not_exist_is_named() {
    let server = serve_by(|_, _| None).await;
    let lake = lakequery::connect(&url_at(&server.address, "&schema=lake.no")).await.unwrap();
    let error = fetch(&lake, "SELECT n FROM nosuch").await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let help = "looked up in the URL's, \"lake\".\"no\": check that it exists";
    assert!(error.to_string().contains(help), "{error}");
}

#[tokio::test]
async fn urls_of_the_odbc_driver_are_told() {
    let error = refused("dremio://me:pa55word!@h:31010/dremio").await;
    assert!(error.is_url(), "{error}");
    assert!(error.to_string().contains("are of Dremio's ODBC driver"), "{error}");
    assert!(error.to_string().contains("`dremio+flight://user:password@host:32010"), "{error}");
}

#[tokio::test]
async fn a_client_gets_tokens_for_its_id_and_secret() {
    let server = serve(numbers(&[1])).await;
    let (issuer, seen) = token_issuer().await;
    let url = format!(
        "dremio+flight://{}?UseEncryption=false&client_id=i%26d&client_secret=s3cret\
         &token_url=http://{issuer}/oauth/token",
        server.address
    );
    let error = refused(&url).await;
    assert!(error.is_sign_in(), "the server does not know the token: {error}");
    server.allow("issued");
    let lake = lakequery::connect(&url).await.unwrap();
    assert_eq!(fetch(&lake, "SELECT n").await.unwrap(), [0]);
    assert_eq!(server.calls().pop().unwrap().header("authorization"), "Bearer issued");
    let seen = seen.lock().unwrap().clone();
    let body =
        "grant_type=client_credentials&client_id=i%26d&client_secret=s3cret&scope=dremio.all";
    assert!(seen.iter().all(|request| request.ends_with(body)), "{seen:?}");
    // Once for each connection, and once more where the server refused the token.
    assert_eq!(seen.len(), 3);
    let error = refused(&url.replace("oauth/token", "refuse")).await;
    let text = "gave no token (401 Unauthorized): Client … is not known";
    assert!(error.is_sign_in() && error.to_string().contains(text), "{error}");
}

/// What gives tokens; and the requests for them.
async fn token_issuer() -> (String, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"dremio.all") {
                stream.read_buf(&mut request).await.unwrap();
            }
            let request = String::from_utf8(request).unwrap();
            let (status, body) = match request.starts_with("POST /refuse ") {
                true => ("401 Unauthorized", r#"{"errorMessage":"Client s3cret is not known"}"#),
                false => ("200 OK", r#"{"access_token":"issued","expires_in":3599}"#),
            };
            if status == "200 OK" {
                log.lock().unwrap().push(request);
            }
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (address, seen)
}
