//! What stands between the client and the server, and does wrong to the frames of HTTP/2 (RFC
//! 9113) that the server sends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is done wrong to the first stream that has many frames of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// The connection is closed.
    Cut,
    /// The stream is reset with a code.
    Reset(u32),
    /// The end of the stream is sent without trailers.
    NoTrailers,
    /// The server says that it takes no more streams, and goes on with this one.
    GoAway,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const GOAWAY: u8 = 7;

/// Which frame of data of a stream it happens at: that of a plan has one.
const AT: usize = 4;

/// A place that goes to the server. What is wrong happens in the first connection only; how many
/// there were.
pub(crate) async fn before(server: &str, wrong: Wrong) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (server, count) = (server.to_owned(), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let first = counter.fetch_add(1, Ordering::SeqCst) == 0;
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(carry(client, server, first.then_some(wrong)));
        }
    });
    (address, count)
}

async fn carry(client: TcpStream, server: TcpStream, mut wrong: Option<Wrong>) {
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
    });
    let mut frames = std::collections::HashMap::<u32, usize>::new();
    let mut head = [0; 9];
    while from_server.read_exact(&mut head).await.is_ok() {
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let (kind, flags) = (head[3], head[4]);
        let stream = u32::from_be_bytes(head[5..9].try_into().unwrap());
        let mut body = vec![0; length];
        if from_server.read_exact(&mut body).await.is_err() {
            break;
        }
        let count = frames.entry(stream).or_default();
        *count += usize::from(kind == DATA);
        let ends = kind == HEADERS && flags & 1 != 0;
        let mut sent = [&head[..], &body].concat();
        match wrong {
            Some(Wrong::Cut) if *count == AT => break,
            Some(Wrong::Reset(code)) if *count == AT && kind == DATA => {
                sent.extend(frame(RST_STREAM, 0, stream, &code.to_be_bytes()));
                wrong = None;
            }
            Some(Wrong::NoTrailers) if ends && *count > AT => {
                sent = frame(DATA, 1, stream, &[]);
                wrong = None;
            }
            Some(Wrong::GoAway) if *count == AT && kind == DATA => {
                let last = [&stream.to_be_bytes()[..], &[0; 4]].concat();
                sent.extend(frame(GOAWAY, 0, 0, &last));
                wrong = None;
            }
            _ => {}
        }
        if to_client.write_all(&sent).await.is_err() {
            break;
        }
    }
    up.abort();
}

fn frame(kind: u8, flags: u8, stream: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), body].concat()
}
