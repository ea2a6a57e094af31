//! Statements to Spark's Thrift Server, as little of HiveServer2's protocol as
//! that takes, free of the client that is under test. Rows are not read: a
//! statement succeeds or fails.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::http;

/// Statements run to their end on the server before it answers.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The largest answer that is read.
const LIMIT: usize = 1 << 28;

/// Answers below this many bytes have no rows.
const EMPTY: usize = 1_000;

/// Where a server takes messages over HTTP.
pub(crate) const HTTP_PATH: &str = "/cliservice";

/// A user, and no password that is checked, for HTTP.
const AUTHORIZATION: &str = "Authorization: Basic dGVzdGVyOm5vbmU=";

/// A session, closed when this is dropped.
#[derive(Debug)]
pub struct Session {
    way: Way,
    /// The session's handle, as the server wrote it.
    handle: Vec<u8>,
}

/// How messages come to the server.
#[derive(Debug)]
enum Way {
    /// Over a connection, with which the server closes the session.
    Connection(TcpStream),
    /// Each over HTTP.
    Http(SocketAddr),
}

impl Session {
    /// Opens a session over a connection with SASL.
    ///
    /// # Errors
    ///
    /// When the server is not there or does not speak the protocol.
    pub fn open(server: SocketAddr) -> Result<Session> {
        let mut stream = TcpStream::connect_timeout(&server, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        sign_in(&mut stream)?;
        Session::over(Way::Connection(stream))
    }

    /// Opens a session over HTTP.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_http(server: SocketAddr) -> Result<Session> {
        Session::over(Way::Http(server))
    }

    fn over(way: Way) -> Result<Session> {
        let mut session = Session { way, handle: Vec::new() };
        // Protocol version 10.
        let request = [&[I32, 0, 1][..], &9_i32.to_be_bytes(), &[STOP]].concat();
        let fields = session.call("OpenSession", &request)?;
        session.handle = field(&fields, 3).context("no session handle")?.to_vec();
        Ok(session)
    }

    /// Runs a statement to its end.
    ///
    /// # Errors
    ///
    /// When it fails, with the server's message.
    pub fn run(&mut self, sql: &str) -> Result<()> {
        let mut request = vec![STRUCT, 0, 1];
        request.extend(&self.handle);
        request.extend([STRING, 0, 2]);
        request.extend(u32::try_from(sql.len())?.to_be_bytes());
        request.extend(sql.as_bytes());
        request.push(STOP);
        self.call("ExecuteStatement", &request)
            .map(drop)
            .with_context(|| format!("the statement was: {sql}"))
    }

    /// Runs a query and throws its rows away as they come: what a network and a
    /// server can do at best. Says how many bytes carried them.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub fn download(&mut self, sql: &str) -> Result<u64> {
        let mut request = vec![STRUCT, 0, 1];
        request.extend(&self.handle);
        request.extend([STRING, 0, 2]);
        request.extend(u32::try_from(sql.len())?.to_be_bytes());
        request.extend(sql.as_bytes());
        request.push(STOP);
        let answer = self.call("ExecuteStatement", &request)?;
        let mut fetch = vec![STRUCT, 0, 1];
        fetch.extend(field(&answer, 2).context("no operation handle")?);
        // The next ones, so many.
        fetch.extend([I32, 0, 2, 0, 0, 0, 0, 10, 0, 3]);
        fetch.extend(10_000_i64.to_be_bytes());
        fetch.push(STOP);
        let mut bytes = 0;
        loop {
            let length = self.ask("FetchResults", &fetch)?.len();
            bytes += length as u64;
            // An answer without rows has only its columns, empty.
            if length < EMPTY {
                return Ok(bytes);
            }
        }
    }

    /// Calls a method with its one argument; gives the fields of the answer.
    fn call(&mut self, method: &str, request: &[u8]) -> Result<Vec<Field>> {
        let answer = self.ask(method, request)?;
        let mut reader = Reader(&answer);
        ensure!(reader.bytes(4)? == [0x80, 1, 0, 2], "the answer is not a reply");
        reader.string()?;
        reader.bytes(4)?;
        let result = reader.fields()?;
        let result = Reader(field(&result, 0).context("no result")?).fields()?;
        let status = Reader(field(&result, 1).context("no status")?).fields()?;
        let code = field(&status, 1).context("no status code")?;
        if !matches!(code, [0, 0, 0, 0 | 1]) {
            let message = field(&status, 5).map_or("no message".into(), |text| {
                String::from_utf8_lossy(text.get(4..).unwrap_or_default()).into_owned()
            });
            bail!("{message}");
        }
        Ok(result)
    }

    /// Sends a message and gives the one that comes back.
    fn ask(&mut self, method: &str, request: &[u8]) -> Result<Vec<u8>> {
        let mut message = vec![0x80, 1, 0, 1];
        message.extend(u32::try_from(method.len())?.to_be_bytes());
        message.extend(method.as_bytes());
        message.extend(0_i32.to_be_bytes());
        message.extend([STRUCT, 0, 1]);
        message.extend(request);
        message.push(STOP);
        match &mut self.way {
            Way::Connection(stream) => exchange(stream, &message),
            Way::Http(server) => {
                let kind = "Content-Type: application/x-thrift";
                let headers = [AUTHORIZATION, kind].map(str::to_owned);
                let answer = http::ask(*server, "POST", HTTP_PATH, &headers, &message)?;
                ensure!(answer.status == 200, "HTTP status {}", answer.status);
                Ok(answer.body)
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Way::Http(_) = self.way {
            let request = [&[STRUCT, 0, 1][..], &self.handle, &[STOP]].concat();
            // The server closes it later by itself.
            let _ = self.call("CloseSession", &request);
        }
    }
}

/// Sends a message after its length, and reads one.
fn exchange(stream: &mut TcpStream, message: &[u8]) -> Result<Vec<u8>> {
    let length = u32::try_from(message.len())?;
    stream.write_all(&[&length.to_be_bytes(), message].concat())?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    ensure!(length <= LIMIT, "an answer of {length} bytes");
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

/// SASL's mechanism PLAIN, with a user and any password.
fn sign_in(stream: &mut TcpStream) -> Result<()> {
    for (status, text) in [(1_u8, &b"PLAIN"[..]), (2, b"\0lakequery-engines\0none")] {
        let length = u32::try_from(text.len())?.to_be_bytes();
        stream.write_all(&[&[status], &length[..], text].concat())?;
    }
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    ensure!(head[0] == 5, "the sign-in was refused");
    let mut rest = [0; 4];
    rest.copy_from_slice(&head[1..]);
    ensure!(u32::from_be_bytes(rest) == 0, "the sign-in goes on");
    Ok(())
}

const STOP: u8 = 0;
const I32: u8 = 8;
const STRING: u8 = 11;
const STRUCT: u8 = 12;

/// A field's number and its value as it was written.
type Field = (u16, Vec<u8>);

fn field(fields: &[Field], number: u16) -> Option<&[u8]> {
    fields.iter().find(|(n, _)| *n == number).map(|(_, value)| &value[..])
}

/// Reads what Thrift's binary protocol wrote.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count).context("the answer is cut short")?;
        self.0 = rest;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<usize> {
        let bytes = self.bytes(4)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    fn string(&mut self) -> Result<&'a [u8]> {
        let length = self.u32()?;
        self.bytes(length)
    }

    /// The fields of a struct, up to its end.
    fn fields(&mut self) -> Result<Vec<Field>> {
        let mut fields = Vec::new();
        loop {
            let kind = self.bytes(1)?[0];
            if kind == STOP {
                return Ok(fields);
            }
            let number = self.bytes(2)?;
            let number = u16::from(number[0]) << 8 | u16::from(number[1]);
            let before = self.0;
            self.skip(kind, 0)?;
            fields.push((number, before[..before.len() - self.0.len()].to_vec()));
        }
    }

    /// Reads over a value of any kind.
    fn skip(&mut self, kind: u8, depth: u32) -> Result<()> {
        ensure!(depth < 32, "the answer is nested too deeply");
        match kind {
            2 | 3 => drop(self.bytes(1)?),
            6 => drop(self.bytes(2)?),
            I32 => drop(self.bytes(4)?),
            4 | 10 => drop(self.bytes(8)?),
            STRING => drop(self.string()?),
            STRUCT => loop {
                match self.bytes(1)?[0] {
                    STOP => break,
                    kind => {
                        self.bytes(2)?;
                        self.skip(kind, depth + 1)?;
                    }
                }
            },
            13 => {
                let (key, value) = (self.bytes(1)?[0], self.bytes(1)?[0]);
                for _ in 0..self.u32()? {
                    self.skip(key, depth + 1)?;
                    self.skip(value, depth + 1)?;
                }
            }
            14 | 15 => {
                let kind = self.bytes(1)?[0];
                for _ in 0..self.u32()? {
                    self.skip(kind, depth + 1)?;
                }
            }
            kind => bail!("the answer has a value of the unknown kind {kind}"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structs_are_read_over() -> Result<()> {
        // 1: i32 7, 2: list<string> ["ab"], 3: struct {1: bool}, 4: map<i32, i32> {1: 2}.
        let bytes = [
            &[I32, 0, 1, 0, 0, 0, 7, 15, 0, 2, STRING, 0, 0, 0, 1, 0, 0, 0, 2, b'a', b'b'][..],
            &[
                STRUCT, 0, 3, 2, 0, 1, 1, STOP, 13, 0, 4, I32, I32, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0,
                0, 2,
            ],
            &[STOP],
        ]
        .concat();
        let fields = Reader(&bytes).fields()?;
        assert_eq!(field(&fields, 1), Some(&[0, 0, 0, 7][..]));
        assert_eq!(field(&fields, 3), Some(&[2, 0, 1, 1, STOP][..]));
        assert_eq!(fields.len(), 4);
        for end in 0..bytes.len() {
            assert!(Reader(&bytes[..end]).fields().is_err(), "cut at {end}");
        }
        Ok(())
    }
}
