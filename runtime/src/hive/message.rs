//! The calls of HiveServer2's service and their replies (`TCLIService`): the few
//! that a query needs, and when each may be sent again. Knows bytes only.

use std::ops::Range;

use super::thrift::{Malformed, Read, Reader, Writer, kind};
use crate::budget::{Budget, ENTRY, LEAF};
use crate::http::retry::Repeat;

/// The newest protocol that is spoken here: `HIVE_CLI_SERVICE_PROTOCOL_V10`.
const PROTOCOL: i32 = 9;

/// The first protocol whose results come as columns: `HIVE_CLI_SERVICE_PROTOCOL_V6`.
pub(crate) const COLUMNS: i32 = 5;

/// A call as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) bytes: Vec<u8>,
    /// When it may be sent again, where the transport does that.
    pub(crate) repeat: Repeat,
}

impl Call {
    /// A call that changes nothing, or the same however often it comes.
    fn harmless(writer: Writer) -> Call {
        Call { bytes: writer.finish(), repeat: Repeat::Always }
    }
}

/// What a server calls a session or an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    guid: Vec<u8>,
    secret: Vec<u8>,
}

impl Handle {
    /// The part that the server's logs show, as they show it.
    pub(crate) fn id(&self) -> String {
        let mut id = String::new();
        for (i, byte) in self.guid.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                id.push('-');
            }
            id.push_str(&format!("{byte:02x}"));
        }
        id
    }

    fn write(&self, writer: &mut Writer) {
        writer.begin(1);
        writer.bytes(1, &self.guid);
        writer.bytes(2, &self.secret);
        writer.end();
    }

    fn read(reader: &mut Reader<'_>) -> Read<Handle> {
        let mut handle = Handle { guid: Vec::new(), secret: Vec::new() };
        while let Some(field) = reader.field()? {
            match field {
                (kind::STRING, 1) => handle.guid = reader.bytes()?.to_owned(),
                (kind::STRING, 2) => handle.secret = reader.bytes()?.to_owned(),
                (kind, _) => reader.skip(kind)?,
            }
        }
        Ok(handle)
    }
}

/// A statement that the server works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) handle: Handle,
    kind: i32,
    has_result: bool,
}

impl Operation {
    fn write(&self, writer: &mut Writer) {
        writer.begin(1);
        self.handle.write(writer);
        writer.i32(2, self.kind);
        writer.bool(3, self.has_result);
        writer.end();
    }
}

/// What the server says went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) sql_state: Option<String>,
    pub(crate) message: String,
}

/// A reply, or what went wrong instead.
pub(crate) type Reply<T> = Read<Result<T, Fault>>;

const SUCCESS: i32 = 0;
const SUCCESS_WITH_INFO: i32 = 1;

/// Reads a `TStatus`.
fn status(reader: &mut Reader<'_>) -> Read<Option<Fault>> {
    let mut code = None;
    let mut fault = Fault::default();
    let mut info = None;
    while let Some(field) = reader.field()? {
        match field {
            (kind::I32, 1) => code = Some(reader.i32()?),
            (kind::LIST, 2) => {
                let (kind, count) = reader.list()?;
                for i in 0..count {
                    if i == 0 && kind == kind::STRING {
                        info = Some(lossy(reader.bytes()?));
                    } else {
                        reader.skip(kind)?;
                    }
                }
            }
            (kind::STRING, 3) => fault.sql_state = Some(lossy(reader.bytes()?)),
            (kind::STRING, 5) => fault.message = lossy(reader.bytes()?),
            (kind, _) => reader.skip(kind)?,
        }
    }
    match code {
        Some(SUCCESS | SUCCESS_WITH_INFO) => Ok(None),
        Some(_) => {
            if fault.message.is_empty() {
                fault.message = info.unwrap_or_default();
            }
            Ok(Some(fault))
        }
        None => Err(Malformed("its status has no code")),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Reads a reply's status, and its other fields by `read`; gives whether it
/// took the field.
fn reply<'a>(
    bytes: &'a [u8],
    method: &str,
    mut read: impl FnMut(&mut Reader<'a>, (u8, i16)) -> Read<bool>,
) -> Reply<()> {
    let mut reader = Reader::reply(bytes, method)?;
    let mut answer = None;
    while let Some(field) = reader.field()? {
        if field == (kind::STRUCT, 1) {
            answer = Some(status(&mut reader)?);
        } else if !read(&mut reader, field)? {
            reader.skip(field.0)?;
        }
    }
    reader.end()?;
    match answer {
        Some(None) => Ok(Ok(())),
        Some(Some(fault)) => Ok(Err(fault)),
        None => Err(Malformed("it has no status")),
    }
}

/// The reply with what it must have, where it is no fault.
fn with<T>(reply: Result<(), Fault>, value: Option<T>, missing: &'static str) -> Reply<T> {
    match (reply, value) {
        (Err(fault), _) => Ok(Err(fault)),
        (Ok(()), Some(value)) => Ok(Ok(value)),
        (Ok(()), None) => Err(Malformed(missing)),
    }
}

pub(crate) fn open_session(user: &str, password: &str, settings: &[(String, String)]) -> Call {
    let mut writer = Writer::call("OpenSession");
    writer.i32(1, PROTOCOL);
    writer.bytes(2, user.as_bytes());
    if !password.is_empty() {
        writer.bytes(3, password.as_bytes());
    }
    writer.texts(4, settings);
    // Each costs the server a session, which is nobody's where the reply is lost.
    Call { bytes: writer.finish(), repeat: Repeat::IfNotTaken }
}

/// The protocol that the server chose, and its session.
pub(crate) fn opened(bytes: &[u8]) -> Reply<(i32, Handle)> {
    let (mut protocol, mut session) = (0, None);
    let status = reply(bytes, "OpenSession", |reader, field| {
        match field {
            (kind::I32, 2) => protocol = reader.i32()?,
            (kind::STRUCT, 3) => session = inner_handle(reader)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    with(status, session.map(|session| (protocol, session)), "it has no session")
}

/// The handle in a struct around it.
fn inner_handle(reader: &mut Reader<'_>) -> Read<Option<Handle>> {
    let mut handle = None;
    while let Some(field) = reader.field()? {
        match field {
            (kind::STRUCT, 1) => handle = Some(Handle::read(reader)?),
            (kind, _) => reader.skip(kind)?,
        }
    }
    Ok(handle)
}

fn of_session(method: &str, session: &Handle) -> Writer {
    let mut writer = Writer::call(method);
    writer.begin(1);
    session.write(&mut writer);
    writer.end();
    writer
}

pub(crate) fn close_session(session: &Handle) -> Call {
    Call::harmless(of_session("CloseSession", session))
}

/// A statement; `reads` where it surely writes nothing.
pub(crate) fn execute(session: &Handle, sql: &str, reads: bool) -> Call {
    let mut writer = of_session("ExecuteStatement", session);
    writer.bytes(2, sql.as_bytes());
    writer.bool(4, true); // runs while we ask how far it is
    let repeat = if reads { Repeat::IfNotTaken } else { Repeat::IfNotSent };
    Call { bytes: writer.finish(), repeat }
}

pub(crate) fn executed(bytes: &[u8]) -> Reply<Operation> {
    let mut operation = None;
    let status = reply(bytes, "ExecuteStatement", |reader, field| {
        if field != (kind::STRUCT, 2) {
            return Ok(false);
        }
        let (mut handle, mut number, mut has_result) = (None, 0, false);
        while let Some(field) = reader.field()? {
            match field {
                (kind::STRUCT, 1) => handle = Some(Handle::read(reader)?),
                (kind::I32, 2) => number = reader.i32()?,
                (kind::BOOL, 3) => has_result = reader.bool()?,
                (kind, _) => reader.skip(kind)?,
            }
        }
        operation = handle.map(|handle| Operation { handle, kind: number, has_result });
        Ok(true)
    })?;
    with(status, operation, "it has no operation")
}

fn of_operation(method: &str, operation: &Operation) -> Writer {
    let mut writer = Writer::call(method);
    operation.write(&mut writer);
    writer
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Queued,
    Running,
    Finished,
    /// Somebody else ended it.
    Cancelled,
    TimedOut,
}

pub(crate) fn operation_status(operation: &Operation) -> Call {
    Call::harmless(of_operation("GetOperationStatus", operation))
}

pub(crate) fn stage(bytes: &[u8]) -> Reply<Stage> {
    let (mut state, mut fault) = (None, Fault::default());
    let status = reply(bytes, "GetOperationStatus", |reader, field| {
        match field {
            (kind::I32, 2) => state = Some(reader.i32()?),
            (kind::STRING, 3) => fault.sql_state = Some(lossy(reader.bytes()?)),
            (kind::STRING, 5) => fault.message = lossy(reader.bytes()?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let stage = match state {
        Some(0 | 7) => Stage::Queued,
        Some(1) => Stage::Running,
        Some(2) => Stage::Finished,
        Some(3 | 4) => Stage::Cancelled,
        Some(5) => return Ok(Err(fault)),
        Some(8) => Stage::TimedOut,
        _ => return with(status, None, "the operation is in an unknown state"),
    };
    with(status, Some(stage), "")
}

/// A column as the result's metadata has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its type's number, `TTypeId`.
    pub(crate) ty: i32,
    pub(crate) precision: Option<i32>,
    pub(crate) scale: Option<i32>,
}

pub(crate) fn metadata(operation: &Operation) -> Call {
    Call::harmless(of_operation("GetResultSetMetadata", operation))
}

/// The columns; none where the server has no metadata for the result.
pub(crate) fn columns(bytes: &[u8]) -> Reply<Vec<Column>> {
    let mut budget = Budget::of(bytes.len());
    let mut columns = Vec::new();
    let status = reply(bytes, "GetResultSetMetadata", |reader, field| {
        if field != (kind::STRUCT, 2) {
            return Ok(false);
        }
        while let Some(field) = reader.field()? {
            match field {
                (kind::LIST, 1) => structs(reader, |reader| {
                    budget.charge(1, LEAF)?;
                    columns.push(column(reader)?);
                    Ok(())
                })?,
                (kind, _) => reader.skip(kind)?,
            }
        }
        Ok(true)
    })?;
    with(status, Some(columns), "")
}

/// Reads a list of structs.
fn structs<'a>(
    reader: &mut Reader<'a>,
    mut each: impl FnMut(&mut Reader<'a>) -> Read<()>,
) -> Read<()> {
    let (kind, count) = reader.list()?;
    if kind != kind::STRUCT && count > 0 {
        return Err(Malformed("it has a list of another kind"));
    }
    (0..count).try_for_each(|_| each(reader))
}

fn column(reader: &mut Reader<'_>) -> Read<Column> {
    let mut column = Column { ty: -1, ..Column::default() };
    while let Some(field) = reader.field()? {
        match field {
            (kind::STRING, 1) => column.name = reader.text()?.to_owned(),
            (kind::STRUCT, 2) => {
                while let Some(field) = reader.field()? {
                    match field {
                        (kind::LIST, 1) => structs(reader, |reader| entry(reader, &mut column))?,
                        (kind, _) => reader.skip(kind)?,
                    }
                }
            }
            (kind, _) => reader.skip(kind)?,
        }
    }
    Ok(column)
}

/// Reads a `TTypeEntry`, which Spark always gives as a primitive one.
fn entry(reader: &mut Reader<'_>, column: &mut Column) -> Read<()> {
    while let Some(field) = reader.field()? {
        if field != (kind::STRUCT, 1) {
            reader.skip(field.0)?;
            continue;
        }
        while let Some(field) = reader.field()? {
            match field {
                (kind::I32, 1) => column.ty = reader.i32()?,
                (kind::STRUCT, 2) => qualifiers(reader, column)?,
                (kind, _) => reader.skip(kind)?,
            }
        }
    }
    Ok(())
}

fn qualifiers(reader: &mut Reader<'_>, column: &mut Column) -> Read<()> {
    while let Some(field) = reader.field()? {
        if field != (kind::MAP, 1) {
            reader.skip(field.0)?;
            continue;
        }
        let (key, value) = (reader.u8()?, reader.u8()?);
        let count = reader.length()?;
        if count > 0 && (key, value) != (kind::STRING, kind::STRUCT) {
            return Err(Malformed("a type's qualifiers are of another kind"));
        }
        for _ in 0..count {
            let name = reader.bytes()?;
            let mut number = None;
            while let Some(field) = reader.field()? {
                match field {
                    (kind::I32, 1) => number = Some(reader.i32()?),
                    (kind, _) => reader.skip(kind)?,
                }
            }
            match name {
                b"precision" => column.precision = number,
                b"scale" => column.scale = number,
                _ => {}
            }
        }
    }
    Ok(())
}

/// Asks for the next rows. The server moves on with each such call, so that
/// `repeat` depends on how well the place is known.
pub(crate) fn fetch(operation: &Operation, rows: i64, repeat: Repeat) -> Call {
    let mut writer = of_operation("FetchResults", operation);
    writer.i32(2, 0); // the next rows
    writer.i64(3, rows);
    writer.i16(4, 0); // of the result, not of the log
    Call { bytes: writer.finish(), repeat }
}

/// The kinds of columns, by their numbers in `TColumn`.
pub(crate) mod carrier {
    pub(crate) const BOOL: i16 = 1;
    pub(crate) const BYTE: i16 = 2;
    pub(crate) const I16: i16 = 3;
    pub(crate) const I32: i16 = 4;
    pub(crate) const I64: i16 = 5;
    pub(crate) const DOUBLE: i16 = 6;
    pub(crate) const STRING: i16 = 7;
    pub(crate) const BINARY: i16 = 8;
}

/// A column's values as they came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values<'a> {
    /// Which [`carrier`] they are.
    pub(crate) carrier: i16,
    /// How many there are.
    pub(crate) count: usize,
    /// One after the other; those of texts and bytes each after its length,
    /// which was checked.
    pub(crate) bytes: &'a [u8],
    /// A bit for each NULL, the lowest first; zero bytes at the end left away.
    pub(crate) nulls: &'a [u8],
}

/// Where the values of a column are in a reply.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    carrier: i16,
    pub(crate) count: usize,
    bytes: Range<usize>,
    nulls: Range<usize>,
}

impl Place {
    /// The values in the reply.
    pub(crate) fn of<'a>(&self, reply: &'a [u8]) -> Values<'a> {
        let part = |range: &Range<usize>| reply.get(range.clone()).unwrap_or_default();
        let (bytes, nulls) = (part(&self.bytes), part(&self.nulls));
        Values { carrier: self.carrier, count: self.count, bytes, nulls }
    }
}

/// Rows as they came.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// How many rows of the result come before them, as the server counts.
    pub(crate) start: i64,
    pub(crate) columns: Vec<Place>,
    /// What may be made of them.
    pub(crate) budget: Budget,
}

impl Fetched {
    /// How many rows there are. That the columns agree on it is checked where
    /// they are decoded.
    pub(crate) fn rows(&self) -> usize {
        self.columns.iter().map(|column| column.count).max().unwrap_or(0)
    }
}

/// The rows that came.
pub(crate) fn fetched(bytes: &[u8]) -> Reply<Fetched> {
    let (mut start, mut columns) = (0, Vec::new());
    let mut budget = Budget::of(bytes.len());
    let status = reply(bytes, "FetchResults", |reader, field| {
        if field != (kind::STRUCT, 3) {
            return Ok(false);
        }
        while let Some(field) = reader.field()? {
            match field {
                (kind::I64, 1) => start = reader.i64()?,
                (kind::LIST, 2) => {
                    structs(reader, |_| Err(Malformed("it has rows where columns were agreed on")))?
                }
                (kind::LIST, 3) => structs(reader, |reader| {
                    budget.charge(1, ENTRY)?;
                    columns.push(values(reader, bytes.len())?);
                    Ok(())
                })?,
                (kind, _) => reader.skip(kind)?,
            }
        }
        Ok(true)
    })?;
    with(status, Some(Fetched { start, columns, budget }), "")
}

/// Reads a `TColumn` of a reply of so many bytes.
fn values(reader: &mut Reader<'_>, length: usize) -> Read<Place> {
    // What was read last.
    let place = |reader: &Reader<'_>, bytes: &[u8]| {
        let end = length.saturating_sub(reader.left());
        end.saturating_sub(bytes.len())..end
    };
    let mut found = None;
    while let Some(field) = reader.field()? {
        let (kind::STRUCT, carrier @ carrier::BOOL..=carrier::BINARY) = field else {
            reader.skip(field.0)?;
            continue;
        };
        let mut values = Place { carrier, count: 0, bytes: 0..0, nulls: 0..0 };
        while let Some(field) = reader.field()? {
            match field {
                (kind::LIST, 1) => {
                    let (kind, count) = reader.list()?;
                    let expected = match carrier {
                        carrier::BOOL => kind::BOOL,
                        carrier::BYTE => kind::BYTE,
                        carrier::I16 => kind::I16,
                        carrier::I32 => kind::I32,
                        carrier::I64 => kind::I64,
                        carrier::DOUBLE => kind::DOUBLE,
                        _ => kind::STRING,
                    };
                    if kind != expected && count > 0 {
                        return Err(Malformed("a column's values are of another kind"));
                    }
                    values.count = count;
                    let bytes = reader.spanned(|reader| reader.skip_all(kind, count))?;
                    values.bytes = place(reader, bytes);
                }
                (kind::STRING, 2) => {
                    let nulls = reader.bytes()?;
                    values.nulls = place(reader, nulls);
                }
                (kind, _) => reader.skip(kind)?,
            }
        }
        found = Some(values);
    }
    found.ok_or(Malformed("a column has no values"))
}

pub(crate) fn cancel(operation: &Operation) -> Call {
    Call::harmless(of_operation("CancelOperation", operation))
}

pub(crate) fn cancelled(bytes: &[u8]) -> Reply<()> {
    reply(bytes, "CancelOperation", |_, _| Ok(false))
}

pub(crate) fn close(operation: &Operation) -> Call {
    Call::harmless(of_operation("CloseOperation", operation))
}

pub(crate) fn closed(bytes: &[u8]) -> Reply<()> {
    reply(bytes, "CloseOperation", |_, _| Ok(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_number_of_qualifiers_is_refused() {
        // A map of texts and structs, and the end of the struct around it.
        let map = |count: i32| {
            let head = [kind::MAP, 0, 1, kind::STRING, kind::STRUCT];
            [&head[..], &count.to_be_bytes(), &[kind::STOP]].concat()
        };
        for (count, fits) in [(0, true), (-1, false), (i32::MIN, false), (1, false)] {
            let read = qualifiers(&mut Reader::new(&map(count)), &mut Column::default());
            assert_eq!(read.is_ok(), fits, "{count}");
        }
    }
}
