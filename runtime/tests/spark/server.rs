//! A Thrift Server on loopback that does as a test says and remembers what it
//! was called.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lakequery::Lake;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::reply::{self, Column, FINISHED};

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// The statement, where it is one.
    pub(crate) sql: String,
    /// The session or operation that it is about.
    pub(crate) guid: [u8; 16],
    pub(crate) bytes: Vec<u8>,
}

impl Call {
    /// Reads a call's message.
    pub(crate) fn read(bytes: &[u8]) -> Call {
        let text = |at: usize| -> Option<&[u8]> {
            let (length, rest) = bytes.get(at..)?.split_first_chunk()?;
            rest.get(..u32::from_be_bytes(*length) as usize)
        };
        let string = |text: Option<&[u8]>| String::from_utf8_lossy(text.unwrap()).into_owned();
        let method = string(text(4));
        // A handle's two texts of 16 bytes, then what ends the handle.
        let first = b"\x0b\0\x01\0\0\0\x10";
        let at = bytes.windows(first.len()).position(|window| window == first);
        let at = at.map(|at| at + first.len());
        let guid = at.map_or([0; 16], |at| bytes[at..at + 16].try_into().unwrap());
        let sql = match (&method[..], at) {
            ("ExecuteStatement", Some(at)) => string(text(at + 16 + 7 + 16 + 2 + 3)),
            _ => String::new(),
        };
        Call { method, sql, guid, bytes: bytes.to_owned() }
    }
}

/// What the server does when it is called.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Replies.
    Reply(Vec<u8>),
    /// Replies after a while.
    Later(Duration, Vec<u8>),
    /// Sends bytes as they are, which need not be a reply, and hangs up.
    Bytes(Vec<u8>),
    /// Sends bytes as they are, and nothing more.
    Stall(Vec<u8>),
}

/// How connections to it begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sasl,
    Bare,
}

/// What a call does; `None` for what is usual: see [`Desk`].
type Script = dyn Fn(&Call) -> Option<Act> + Send + Sync;

/// The server; it ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) address: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Server {
    /// A server that does as the script says, and else as usual: see [`Desk`].
    pub(crate) async fn start(
        script: impl Fn(&Call) -> Option<Act> + Send + Sync + 'static,
    ) -> Server {
        Server::of(Kind::Sasl, script).await
    }

    pub(crate) async fn of(
        kind: Kind,
        script: impl Fn(&Call) -> Option<Act> + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let desk = Arc::new(Desk::new(Arc::clone(&calls), script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, kind, Arc::clone(&desk)));
            }
        });
        Server { address, calls }
    }

    pub(crate) async fn connect(&self) -> Lake {
        lakequery::connect(&self.url("")).await.unwrap()
    }

    /// A URL of this server, with parameters.
    pub(crate) fn url(&self, parameters: &str) -> String {
        format!("spark://me:s3cret@{}/{parameters}", self.address)
    }

    /// What it was called so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// The methods that it was called so far, without questions how far something is.
    pub(crate) fn methods(&self) -> Vec<String> {
        let calls = self.calls().into_iter().map(|call| call.method);
        calls.filter(|method| method != "GetOperationStatus").collect()
    }

    /// The statements that it was given so far.
    pub(crate) fn statements(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.sql).filter(|sql| !sql.is_empty()).collect()
    }

    /// Waits until it has been called so, for so many times.
    pub(crate) async fn wait_for(&self, method: &str, times: usize) {
        for _ in 0..500 {
            if self.calls().iter().filter(|call| call.method == method).count() >= times {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it was not called {method}, but {:?}", self.methods());
    }
}

/// What all connections share.
pub(crate) struct Desk {
    script: Box<Script>,
    calls: Arc<Mutex<Vec<Call>>>,
    /// Of each operation, whether it describes a query and whether its rows were fetched.
    operations: Mutex<Vec<(bool, bool)>>,
}

impl Desk {
    pub(crate) fn new(
        calls: Arc<Mutex<Vec<Call>>>,
        script: impl Fn(&Call) -> Option<Act> + Send + Sync + 'static,
    ) -> Desk {
        Desk { script: Box::new(script), calls, operations: Mutex::default() }
    }

    pub(crate) fn take(&self, bytes: &[u8]) -> Act {
        let call = Call::read(bytes);
        self.calls.lock().unwrap().push(call.clone());
        (self.script)(&call).unwrap_or_else(|| Act::Reply(self.usual(&call)))
    }

    /// A statement's rows are one bigint `n` with 1 and 2, all at once.
    fn usual(&self, call: &Call) -> Vec<u8> {
        let mut operations = self.operations.lock().unwrap();
        match call.method.as_str() {
            "OpenSession" => reply::opened(9, &[7; 16]),
            "ExecuteStatement" => {
                let guid = (operations.len() as u128).to_be_bytes();
                operations.push((call.sql.starts_with("DESCRIBE QUERY"), false));
                reply::executed(&guid)
            }
            "GetOperationStatus" => reply::state(FINISHED, ""),
            "GetResultSetMetadata" => reply::metadata(&[("n", 4)]),
            "FetchResults" => {
                let number = u128::from_be_bytes(call.guid) as usize;
                let (describes, fetched) = operations.get_mut(number).unwrap();
                match (*describes, std::mem::replace(fetched, true)) {
                    (true, false) => {
                        let columns = [["n"], ["bigint"], [""]];
                        reply::fetched(&columns.each_ref().map(|cell| Column::Text(cell)))
                    }
                    (true, true) => reply::fetched_from(1, &[const { Column::Text(&[]) }; 3]),
                    (false, false) => reply::fetched(&[Column::I64(&[1, 2])]),
                    (false, true) => reply::fetched_from(2, &[Column::I64(&[])]),
                }
            }
            other => reply::done(other),
        }
    }
}

/// A message in its frame.
pub(crate) fn frame(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u32).to_be_bytes()[..], message].concat()
}

async fn serve(mut stream: TcpStream, kind: Kind, desk: Arc<Desk>) -> Option<()> {
    if kind == Kind::Sasl {
        for _ in 0..2 {
            stream.read_u8().await.ok()?;
            framed(&mut stream).await?;
        }
        stream.write_all(&[5, 0, 0, 0, 0]).await.ok()?;
    }
    loop {
        let call = match kind {
            Kind::Sasl => framed(&mut stream).await?,
            Kind::Bare => bare(&mut stream).await?,
        };
        let wrap = |reply: Vec<u8>| if kind == Kind::Sasl { frame(&reply) } else { reply };
        match desk.take(&call) {
            Act::Reply(reply) => stream.write_all(&wrap(reply)).await.ok()?,
            Act::Later(delay, reply) => {
                tokio::time::sleep(delay).await;
                stream.write_all(&wrap(reply)).await.ok()?;
            }
            Act::Bytes(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                return stream.shutdown().await.ok();
            }
            Act::Stall(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                std::future::pending::<()>().await;
            }
        }
    }
}

/// A message with its length before it.
async fn framed(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let length = stream.read_u32().await.ok()?;
    let mut message = vec![0; length as usize];
    stream.read_exact(&mut message).await.ok()?;
    Some(message)
}

/// A message that the client wrote at once.
async fn bare(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = Vec::with_capacity(1 << 16);
    let count = stream.read_buf(&mut message).await.ok()?;
    (count > 0).then_some(message)
}
