//! A warehouse on loopback: its protocol as the vendor documents it and as real ones were
//! recorded, with a result that each test makes, and answers that a test puts in their place.

use std::io::Write;
use std::sync::Arc;

use arrow_ipc::writer::StreamWriter;
use lakequery::Lake;
use lakequery::arrow_array::{ArrayRef, Int64Array, RecordBatch};
use lakequery::arrow_schema::Schema;
use lz4_flex::frame::{FrameEncoder, FrameInfo};

use crate::http::{Reply, Seen, Server};

/// The id of the one statement, and of the session.
pub(crate) const STATEMENT: &str = "01ef9de2-db21-16af-b4cb-9ccf302d746b";
pub(crate) const SESSION: &str = "01ef9de2-da56-1767-88ae-11d43bea267c";

/// The token that signs in.
pub(crate) const TOKEN: &str = "dapi0123456789";

/// A time far away.
const LATE: &str = "2999-01-01T00:00:00.000Z";

/// A result: its columns, and its chunks.
#[derive(Clone, Default)]
pub(crate) struct Answer {
    /// Names and types, as SQL has them.
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) chunks: Vec<Chunk>,
    /// Whether chunks are packed.
    pub(crate) packed: bool,
}

/// A chunk: its bytes, and how many rows it is said to have.
#[derive(Clone)]
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    pub(crate) rows: usize,
}

impl Answer {
    /// A column `n` of bigints, from 0 on, so many in each chunk.
    pub(crate) fn numbers(chunks: &[usize]) -> Answer {
        let mut next = 0;
        let chunks = chunks.iter().map(|count| {
            let values = next..next + *count as i64;
            next = values.end;
            chunk(&[("n", Arc::new(Int64Array::from_iter_values(values)))], 3)
        });
        Answer {
            columns: vec![("n".into(), "BIGINT".into())],
            chunks: chunks.collect(),
            packed: true,
        }
    }

    /// The answer of a statement that has this result.
    pub(crate) fn succeeded(&self) -> String {
        let links = if self.chunks.is_empty() {
            "{}".to_owned()
        } else {
            format!(r#"{{"external_links":[{}]}}"#, self.link(0, LATE, "{base}"))
        };
        self.with_state("SUCCEEDED", &links)
    }

    /// The same in another state, and with other chunks.
    pub(crate) fn with_state(&self, state: &str, result: &str) -> String {
        let manifest = self.manifest(self.rows(), false);
        format!(
            r#"{{"statement_id":"{STATEMENT}","status":{{"state":"{state}"}},"manifest":{manifest},"result":{result}}}"#
        )
    }

    /// What is said of the result.
    pub(crate) fn manifest(&self, rows: usize, truncated: bool) -> String {
        let columns = self.columns.iter().enumerate().map(|(position, (name, ty))| {
            format!(
                r#"{{"name":{name:?},"type_text":{ty:?},"type_name":"X","position":{position}}}"#
            )
        });
        let columns: Vec<String> = columns.collect();
        let (count, chunks) = (columns.len(), self.chunks.len());
        let columns = match count {
            0 => String::new(),
            _ => format!(r#","columns":[{}]"#, columns.join(",")),
        };
        let mut offset = 0;
        let extents = self.chunks.iter().enumerate().map(|(index, chunk)| {
            let extent = format!(
                r#"{{"chunk_index":{index},"row_offset":{offset},"row_count":{},"byte_count":{}}}"#,
                chunk.rows,
                chunk.bytes.len()
            );
            offset += chunk.rows;
            extent
        });
        let extents: Vec<String> = extents.collect();
        let extents = match chunks {
            0 => String::new(),
            _ => format!(r#","chunks":[{}]"#, extents.join(",")),
        };
        let packed = if self.packed { r#","result_compression":"LZ4_FRAME""# } else { "" };
        format!(
            r#"{{"format":"ARROW_STREAM","schema":{{"column_count":{count}{columns}}},"total_chunk_count":{chunks}{extents},"total_row_count":{rows},"total_byte_count":0,"truncated":{truncated}{packed}}}"#
        )
    }

    /// A link to a chunk.
    pub(crate) fn link(&self, index: usize, expiration: &str, base: &str) -> String {
        let offset: usize = self.chunks[..index].iter().map(|chunk| chunk.rows).sum();
        let rows = self.chunks[index].rows;
        let next = match self.chunks.len() {
            count if index + 1 < count => format!(
                r#""next_chunk_index":{0},"next_chunk_internal_link":"/api/2.0/sql/statements/{STATEMENT}/result/chunks/{0}?row_offset={1}","#,
                index + 1,
                offset + rows
            ),
            _ => String::new(),
        };
        format!(
            r#"{{"chunk_index":{index},"row_offset":{offset},"row_count":{rows},"byte_count":1,{next}"external_link":"{base}/storage/{index}?sig=secret","expiration":"{expiration}","http_headers":{{"x-key":"k{index}"}}}}"#
        )
    }

    pub(crate) fn rows(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.rows).sum()
    }

    /// What a warehouse answers that has this result.
    pub(crate) fn reply(&self, seen: &Seen) -> Reply {
        let path = seen.path.split('?').next().unwrap();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match (seen.method.as_str(), &parts[..]) {
            ("POST", ["api", "2.0", "sql", "sessions"]) => {
                Reply::json(format!(r#"{{"session_id":"{SESSION}"}}"#))
            }
            ("POST", ["api", "2.0", "sql", "statements"]) => Reply::json(self.succeeded()),
            ("GET", ["api", "2.0", "sql", "statements", STATEMENT]) => {
                Reply::json(self.succeeded())
            }
            ("GET", ["api", "2.0", "sql", "statements", STATEMENT, "result", "chunks", index]) => {
                let link = self.link(index.parse().unwrap(), LATE, "{base}");
                Reply::json(format!(r#"{{"external_links":[{link}]}}"#))
            }
            ("POST", ["api", "2.0", "sql", "statements", STATEMENT, "cancel"]) => {
                Reply::status(200, "")
            }
            ("DELETE", ["api", "2.0", "sql", ..]) => Reply::json("{}"),
            ("GET", ["storage", index]) => {
                // What signs in to the warehouse is none of the storage's business.
                if seen.header("authorization").is_some() {
                    return Reply::status(400, "InvalidArgument");
                }
                if seen.header("x-key") != Some(format!("k{index}")) {
                    return Reply::status(400, "AuthenticationRequired");
                }
                Reply::status(200, self.chunks[index.parse::<usize>().unwrap()].bytes.clone())
            }
            _ => refusal(404, r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"No API found"}"#),
        }
    }

    /// A warehouse that has this result.
    pub(crate) async fn serve(self) -> Server {
        self.serve_but(|_, _| None).await
    }

    /// The same, but for what a test says. It is told how many such requests there were before.
    pub(crate) async fn serve_but(
        self,
        other: impl Fn(&Seen, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Server {
        let asked = std::sync::Mutex::new(std::collections::HashMap::<String, usize>::new());
        Server::start(move |seen| {
            let before = {
                let mut asked = asked.lock().unwrap();
                let count = asked.entry(format!("{} {}", seen.method, seen.path)).or_default();
                *count += 1;
                *count - 1
            };
            let signed_in = seen.header("authorization") == Some(format!("Bearer {TOKEN}"));
            match other(seen, before) {
                Some(reply) => reply,
                None if seen.path.starts_with("/api/") && !signed_in => refusal(401, r#"{"error_code":401,"message":"Credential was not sent or was of an unsupported type for this API. [ReqId: 1]"}"#),
                None => self.reply(seen),
            }
        })
        .await
    }
}

/// A chunk of these columns, in so many batches of equal length, each in a frame of its own.
pub(crate) fn chunk(columns: &[(&str, ArrayRef)], batches: usize) -> Chunk {
    let batch = RecordBatch::try_from_iter(columns.iter().cloned()).unwrap();
    let rows = batch.num_rows();
    let each = rows.div_ceil(batches).max(1);
    let parts = (0..rows).step_by(each).map(|from| batch.slice(from, each.min(rows - from)));
    let bytes = frames(&pieces(&batch.schema(), &parts.collect::<Vec<_>>()));
    Chunk { bytes, rows }
}

/// What a stream of Arrow is made of: the schema, each batch, and the end.
pub(crate) fn pieces(schema: &Schema, batches: &[RecordBatch]) -> Vec<Vec<u8>> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema).unwrap();
    let mut pieces = vec![std::mem::take(writer.get_mut())];
    for batch in batches {
        writer.write(batch).unwrap();
        pieces.push(std::mem::take(writer.get_mut()));
    }
    writer.finish().unwrap();
    pieces.push(std::mem::take(writer.get_mut()));
    pieces
}

/// Each piece in an LZ4 frame with checksums, as warehouses write them.
pub(crate) fn frames(pieces: &[Vec<u8>]) -> Vec<u8> {
    let frame = |piece: &Vec<u8>| {
        let info = FrameInfo::new().block_checksums(true).content_checksum(true);
        let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
        encoder.write_all(piece).unwrap();
        encoder.finish().unwrap()
    };
    pieces.iter().flat_map(frame).collect()
}

/// The URL of a warehouse, with further parameters.
pub(crate) fn url(server: &Server, parameters: &str) -> String {
    let address = &server.address;
    format!(
        "databricks://token:{TOKEN}@{address}?http_path=/sql/1.0/warehouses/w1&ssl=false{parameters}"
    )
}

pub(crate) async fn connect(server: &Server) -> Lake {
    lakequery::connect(&url(server, "")).await.unwrap()
}

/// The numbers that a query gives, in their order.
pub(crate) async fn numbers(lake: &Lake) -> lakequery::Result<Vec<i64>> {
    let rows = lakequery::sql("SELECT n FROM t").fetch_all(lake).await?;
    rows.iter().map(|row| row.get("n")).collect()
}

/// The requests that begin so.
pub(crate) fn asked(server: &Server, begin: &str) -> usize {
    server.asked().iter().filter(|asked| asked.starts_with(begin)).count()
}

/// How often a statement was run.
pub(crate) fn runs(server: &Server) -> usize {
    server.asked().iter().filter(|asked| *asked == "POST /api/2.0/sql/statements").count()
}

/// Whether a statement was cancelled.
pub(crate) const CANCEL: &str =
    "POST /api/2.0/sql/statements/01ef9de2-db21-16af-b4cb-9ccf302d746b/cancel";

/// The statement in a state in which it goes on.
pub(crate) fn state(state: &str) -> Reply {
    Reply::json(format!(r#"{{"statement_id":"{STATEMENT}","status":{{"state":"{state}"}}}}"#))
}

/// JSON with another status than 200.
pub(crate) fn refusal(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    Reply::status(status, body).header("content-type", "application/json")
}
