//! [`Proxy`]: stands between a client and a server on this machine.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lakequery_engines::Server;
use lakequery_types::Engine;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::faults::fault::{Fault, Gate};
use crate::faults::http::Alias;
use crate::faults::{http, thrift};

/// The way on which something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leg {
    /// Between client and server.
    Server,
    /// Between client and the storage of spooled results.
    Storage,
}

/// A running proxy, ended with its connections when this is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    /// Of the way on which something goes wrong.
    gate: Arc<Gate>,
    requests: Requests,
    told: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
}

/// How long a proxy stays after its case.
const LINGERING: Duration = Duration::from_secs(15);

/// The requests that came, as bytes.
type Requests = Arc<Mutex<Vec<Vec<u8>>>>;

impl Proxy {
    /// Stands before a server and its storage, with one fault.
    pub(crate) async fn start(server: &Server, leg: Leg, fault: Fault) -> io::Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (fault, elsewhere) = (Arc::new(Gate::new(fault)), Arc::new(Gate::new(Fault::None)));
        let (gate, of_storage) = match leg {
            Leg::Server => (&fault, &elsewhere),
            Leg::Storage => (&elsewhere, &fault),
        };
        let requests = Requests::default();
        // A session of Spark is closed with its connection, or by the client.
        let told = Arc::new(AtomicBool::new(server.engine == Engine::Spark));
        let mut way = Way {
            told: Arc::clone(&told),
            over_http: server.over_http,
            server: server.address,
            alias: Alias::None,
            gate: Arc::clone(gate),
            requests: Arc::clone(&requests),
        };
        let mut tasks = Vec::new();
        if let Some(storage) = server.storage {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let own = listener.local_addr()?.to_string();
            let real = storage.to_string();
            way.alias = Alias::InAnswers(real.clone(), own.clone());
            let mut way = way.clone();
            way.server = storage;
            way.alias = Alias::InRequests(own, real);
            way.gate = Arc::clone(of_storage);
            tasks.push(tokio::spawn(way.listen(listener)));
        }
        tasks.push(tokio::spawn(way.listen(listener)));
        Ok(Proxy { address, gate: fault, requests, told, tasks })
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

    /// Lets what the client still has to say get through: that a query it has
    /// given up is to end.
    pub(crate) fn linger(self) {
        tokio::spawn(async move {
            tokio::time::sleep(LINGERING).await;
            drop(self);
        });
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
        // With them go their connections.
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// The way of a connection.
#[derive(Clone)]
struct Way {
    over_http: bool,
    server: SocketAddr,
    alias: Alias,
    gate: Arc<Gate>,
    requests: Requests,
    told: Arc<AtomicBool>,
}

impl Way {
    async fn listen(self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        while let Ok((client, _)) = listener.accept().await {
            connections.spawn(self.clone().serve(client));
        }
    }

    async fn serve(self, client: TcpStream) {
        let keep = |request: Vec<u8>| {
            self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        };
        // A connection that breaks is what this is about.
        let _ = client.set_nodelay(true);
        let _ = if self.over_http {
            let saw = |request: &http::Message| {
                keep([request.head.as_bytes(), &request.body].concat());
            };
            let told = || self.told.store(true, Ordering::SeqCst);
            http::serve(client, self.server, &self.alias, &self.gate, &saw, &told).await
        } else {
            let saw = |request: &[u8]| keep(request.to_vec());
            thrift::serve(client, self.server, &self.gate, &saw).await
        };
    }
}
