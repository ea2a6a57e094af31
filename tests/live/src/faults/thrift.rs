//! A proxy that reads Thrift over SASL's framing: after the sign-in, which
//! passes, a length of four bytes and a message, each way in turn.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::faults::fault::{Declared, Gate, Instead, Onward, conclude};

/// The largest message that passes.
const LIMIT: u32 = 1 << 28;

/// SASL's status of a sign-in that is done.
const COMPLETE: u8 = 5;

/// Serves one connection of a client; `saw` hears of every request, before the
/// server does.
pub(crate) async fn serve(
    client: TcpStream,
    server: SocketAddr,
    gate: &Gate,
    saw: &(dyn Fn(&[u8]) + Send + Sync),
) -> io::Result<()> {
    let (mut from, mut to) = client.into_split();
    let (mut upstream, head, body) = sign_in(&mut from, server).await?;
    let onward = gate.send(&mut to, &[&head[..], &body].concat()).await?;
    if onward != Onward::Passed || head[0] != COMPLETE {
        conclude(onward, to).await;
        return Ok(());
    }
    while let Ok(length) = from.read_u32().await {
        let request = frame(&mut from, length).await?;
        saw(&request);
        upstream.write_u32(length).await?;
        upstream.write_all(&request).await?;
        let length = upstream.read_u32().await?;
        let answer = frame(&mut upstream, length).await?;
        let (bytes, last) = write(&answer, gate.next_answer().as_ref());
        let onward = gate.send(&mut to, &bytes).await?;
        if onward != Onward::Passed || last {
            conclude(onward, to).await;
            return Ok(());
        }
    }
    Ok(())
}

/// A call and the server's reply to it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// The statement, where it is one.
    pub(crate) sql: Option<String>,
    pub(crate) reply: Vec<u8>,
}

/// Serves one connection of a client with nothing going wrong; `saw` hears of
/// every call that was answered.
pub(crate) async fn pass(
    mut client: TcpStream,
    server: SocketAddr,
    saw: &(dyn Fn(Call) + Send + Sync),
) -> io::Result<()> {
    let (mut upstream, head, body) = sign_in(&mut client, server).await?;
    client.write_all(&[&head[..], &body].concat()).await?;
    while let Ok(length) = client.read_u32().await {
        let request = frame(&mut client, length).await?;
        upstream.write_u32(length).await?;
        upstream.write_all(&request).await?;
        let length = upstream.read_u32().await?;
        let reply = frame(&mut upstream, length).await?;
        client.write_u32(length).await?;
        client.write_all(&reply).await?;
        let (method, sql) = called(&request).unwrap_or_default();
        saw(Call { method, sql, reply });
    }
    Ok(())
}

/// The method of a request, and the statement in it.
fn called(request: &[u8]) -> Option<(String, Option<String>)> {
    let text = |at: usize| {
        let (length, rest) = request.get(at..)?.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        Some(String::from_utf8_lossy(rest.get(..length)?).into_owned())
    };
    let method = text(4)?;
    let sql = (method == "ExecuteStatement").then(|| {
        // The second field, a text, after the session's handle.
        let handle = b"\x0b\0\x02\0\0\0\x10";
        let at = request.windows(handle.len()).position(|bytes| bytes == handle)?;
        let after = at + handle.len() + 16;
        let end = request.get(after..)?.windows(3).position(|bytes| bytes == b"\x0b\0\x02")?;
        text(after + end + 3)
    });
    Some((method, sql.flatten()))
}

/// The mechanism, then name and password; the server says once that it is done.
/// Gives the connection to it, and what it said.
async fn sign_in(
    client: &mut (impl AsyncReadExt + Unpin),
    server: SocketAddr,
) -> io::Result<(TcpStream, [u8; 5], Vec<u8>)> {
    let mut upstream = TcpStream::connect(server).await?;
    upstream.set_nodelay(true)?;
    for _ in 0..2 {
        let (head, body) = sasl(client).await?;
        upstream.write_all(&head).await?;
        upstream.write_all(&body).await?;
    }
    let (head, body) = sasl(&mut upstream).await?;
    Ok((upstream, head, body))
}

async fn sasl(from: &mut (impl AsyncReadExt + Unpin)) -> io::Result<([u8; 5], Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head).await?;
    let [_, length @ ..] = head;
    let body = frame(from, u32::from_be_bytes(length)).await?;
    Ok((head, body))
}

async fn frame(from: &mut (impl AsyncReadExt + Unpin), length: u32) -> io::Result<Vec<u8>> {
    if length > LIMIT {
        return Err(io::Error::other("a message that is too long"));
    }
    let mut body = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    from.read_exact(&mut body).await?;
    Ok(body)
}

/// The answer as it goes to the client, and whether the connection ends with it.
fn write(answer: &[u8], instead: Option<&Instead>) -> (Vec<u8>, bool) {
    let mut body = answer;
    let mut last = false;
    let mut added = 0_i64;
    match instead {
        // Thrift has no statuses.
        None | Some(Instead::Status { .. }) => {}
        Some(Instead::Body(text)) => body = text,
        Some(Instead::Cut(percent)) => body = &body[..body.len() * usize::from(*percent) / 100],
        Some(Instead::Length(declared)) => {
            last = true;
            added = match declared {
                Declared::Less => -1,
                Declared::More => 7,
                Declared::Huge => i64::from(i32::MAX),
            };
        }
    }
    let length = i64::try_from(body.len()).unwrap_or(i64::MAX).saturating_add(added);
    let length = u32::try_from(length.clamp(0, i64::from(i32::MAX))).unwrap_or_default();
    ([&length.to_be_bytes()[..], body].concat(), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_pass_or_are_replaced() {
        assert_eq!(write(b"abcd", None), (b"\0\0\0\x04abcd".to_vec(), false));
        assert_eq!(write(b"abcd", Some(&Instead::Cut(50))), (b"\0\0\0\x02ab".to_vec(), false));
        let less = Instead::Length(Declared::Less);
        assert_eq!(write(b"abcd", Some(&less)), (b"\0\0\0\x03abcd".to_vec(), true));
        let huge = Instead::Length(Declared::Huge);
        assert_eq!(write(b"a", Some(&huge)).0[..4], [0x7f, 0xff, 0xff, 0xff]);
    }
}
