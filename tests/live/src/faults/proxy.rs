//! [`Proxy`]: stands between a client and a server on this machine.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lakequery_engines::Server;
use lakequery_types::Engine;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::faults::fault::{Fault, Gate};
use crate::faults::{http, thrift};

/// A running proxy, ended with its connections when this is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    gate: Arc<Gate>,
    requests: Requests,
    told: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

/// The requests that came, as bytes.
type Requests = Arc<Mutex<Vec<Vec<u8>>>>;

impl Proxy {
    /// Stands before a server, with one fault.
    pub(crate) async fn start(server: &Server, fault: Fault) -> io::Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let gate = Arc::new(Gate::new(fault));
        let requests = Requests::default();
        // With Thrift a statement ends with its connection.
        let told = Arc::new(AtomicBool::new(server.engine == Engine::Spark));
        let way = Way {
            told: Arc::clone(&told),
            thrift: server.engine == Engine::Spark,
            server: server.address,
            gate: Arc::clone(&gate),
            requests: Arc::clone(&requests),
        };
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(way.clone().serve(client));
            }
        });
        Ok(Proxy { address, gate, requests, told, task })
    }

    /// How many bytes came from the server.
    pub(crate) fn sent(&self) -> u64 {
        self.gate.sent()
    }

    /// How many answers came from the server.
    pub(crate) fn answers(&self) -> u64 {
        self.gate.answers()
    }

    /// Whether the fault has happened.
    pub(crate) fn happened(&self) -> bool {
        self.gate.happened()
    }

    /// Whether the client has learned how to cancel its statement.
    pub(crate) fn told(&self) -> bool {
        self.told.load(Ordering::SeqCst)
    }

    /// How many requests had a text in them.
    pub(crate) fn saw(&self, text: &str) -> usize {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let text = text.as_bytes();
        let has = |request: &[u8]| request.windows(text.len()).any(|window| window == text);
        requests.iter().filter(|request| has(request)).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // With it go its connections.
        self.task.abort();
    }
}

/// The way of a connection.
#[derive(Clone)]
struct Way {
    thrift: bool,
    server: SocketAddr,
    gate: Arc<Gate>,
    requests: Requests,
    told: Arc<AtomicBool>,
}

impl Way {
    async fn serve(self, client: TcpStream) {
        let keep = |request: Vec<u8>| {
            self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        };
        // A connection that breaks is what this is about.
        let _ = client.set_nodelay(true);
        let _ = if self.thrift {
            let saw = |request: &[u8]| keep(request.to_vec());
            thrift::serve(client, self.server, &self.gate, &saw).await
        } else {
            let saw = |request: &http::Message| {
                keep([request.head.as_bytes(), &request.body].concat());
            };
            let told = || self.told.store(true, Ordering::SeqCst);
            http::serve(client, self.server, &self.gate, &saw, &told).await
        };
    }
}
