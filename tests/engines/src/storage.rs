//! S3 storage on loopback, over a folder: where Trino spools results to.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Result, anyhow};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder as Http;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// The key that reads and writes it.
pub(crate) const ACCESS_KEY: &str = "lakequery";
/// The secret that belongs to the key.
pub(crate) const SECRET_KEY: &str = "lakequery-storage";

/// A running storage, ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Storage {
    pub(crate) address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Storage {
    /// Serves a folder, whose folders are its buckets.
    pub(crate) fn start(folder: &Path) -> Result<Storage> {
        let files = FileSystem::new(folder)
            .map_err(|error| anyhow!("can't serve {}: {error:?}", folder.display()))?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = service.build();
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.spawn(async move {
            let http = Http::new(TokioExecutor::new());
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            while let Ok((stream, _)) = listener.accept().await {
                let connection =
                    http.serve_connection(TokioIo::new(stream), service.clone()).into_owned();
                // A connection that breaks is the client's matter.
                tokio::spawn(async move { drop(connection.await) });
            }
        });
        Ok(Storage { address, runtime: Some(runtime) })
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Not waited for: this may happen inside another runtime.
            runtime.shutdown_background();
        }
    }
}
