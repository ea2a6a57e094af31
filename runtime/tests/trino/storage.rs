//! TLS of the storage that segments lie in: whose certificates are trusted there.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::server::{Reply, Server};

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trino/certificates");
    folder.join(name).to_str().unwrap().to_owned()
}

/// A storage with a certificate of `certificates/authority.pem`, which answers
/// each request with one row.
async fn storage() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let chain = vec![CertificateDer::from_pem_file(file("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(file("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    if stream.read_buf(&mut request).await.ok()? == 0 {
                        return None;
                    }
                }
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n[[1]]";
                stream.write_all(answer).await.ok()?;
                stream.shutdown().await.ok()
            });
        }
    });
    address
}

#[tokio::test]
async fn the_storage_is_verified_whatever_is_accepted_of_the_coordinator() {
    let storage = storage().await;
    let body = format!(
        r#"{{"id":"q","columns":[{{"name":"n","type":"bigint","typeSignature":{{"rawType":"bigint","arguments":[]}}}}],"data":{{"encoding":"json","segments":[{{"type":"spooled","uri":"https://{storage}/s/0","metadata":{{"rowsCount":1,"segmentSize":5}}}}]}},"stats":{{"state":"FINISHED"}}}}"#
    );
    let server = Server::start(move |_| Reply::json(body.clone())).await;
    let authority = format!("?verify={}", file("authority.pem"));
    for (verify, trusted) in [("", false), ("?verify=false", false), (&authority, true)] {
        let lake = lakequery::connect(&server.url(verify)).await.unwrap();
        let rows = lakequery::sql("SELECT n").fetch_all(&lake).await;
        match rows {
            Ok(rows) => assert!(trusted && rows.len() == 1, "{verify}: {rows:?}"),
            Err(error) => {
                let text = error.to_string();
                assert!(!trusted, "{verify}: {text}");
                assert!(text.contains("is not trusted"), "{text}");
            }
        }
    }
}
