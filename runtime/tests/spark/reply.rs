//! Replies in Thrift's binary protocol, made by hand.

const BOOL: u8 = 2;
const BYTE: u8 = 3;
const I32: u8 = 8;
const I64: u8 = 10;
const STRING: u8 = 11;
const STRUCT: u8 = 12;
const LIST: u8 = 15;

/// A state of an operation.
pub(crate) const RUNNING: i32 = 1;
pub(crate) const FINISHED: i32 = 2;
pub(crate) const CANCELLED: i32 = 3;
pub(crate) const FAILED: i32 = 5;
pub(crate) const QUEUED: i32 = 7;
pub(crate) const TIMED_OUT: i32 = 8;

fn field(kind: u8, id: u8, value: &[u8]) -> Vec<u8> {
    [&[kind, 0, id], value].concat()
}

fn structure(fields: &[Vec<u8>]) -> Vec<u8> {
    [fields.concat(), vec![0]].concat()
}

fn bytes(value: &[u8]) -> Vec<u8> {
    [&(value.len() as u32).to_be_bytes()[..], value].concat()
}

fn list(kind: u8, values: &[Vec<u8>]) -> Vec<u8> {
    [vec![kind], (values.len() as u32).to_be_bytes().to_vec(), values.concat()].concat()
}

fn i32(id: u8, value: i32) -> Vec<u8> {
    field(I32, id, &value.to_be_bytes())
}

/// A message with the fields of its result.
fn message(method: &str, fields: &[Vec<u8>]) -> Vec<u8> {
    let head = [&[0x80, 1, 0, 2][..], &bytes(method.as_bytes()), &[0; 4]].concat();
    [head, structure(&[field(STRUCT, 0, &structure(fields))])].concat()
}

fn status(code: i32, state: &str, text: &str) -> Vec<u8> {
    let mut fields = vec![i32(1, code)];
    if code == 3 {
        fields.push(field(STRING, 3, &bytes(state.as_bytes())));
        fields.push(field(STRING, 5, &bytes(text.as_bytes())));
    }
    field(STRUCT, 1, &structure(&fields))
}

fn good() -> Vec<u8> {
    status(0, "", "")
}

fn handle(guid: &[u8; 16]) -> Vec<u8> {
    let secret = field(STRING, 2, &bytes(&[9; 16]));
    field(STRUCT, 1, &structure(&[field(STRING, 1, &bytes(guid)), secret]))
}

/// A reply with nothing but that it is well.
pub(crate) fn done(method: &str) -> Vec<u8> {
    message(method, &[good()])
}

/// A reply that says what went wrong.
pub(crate) fn fault(method: &str, state: &str, text: &str) -> Vec<u8> {
    message(method, &[status(3, state, text)])
}

pub(crate) fn opened(protocol: i32, guid: &[u8; 16]) -> Vec<u8> {
    let session = field(STRUCT, 3, &structure(&[handle(guid)]));
    message("OpenSession", &[good(), i32(2, protocol), session])
}

pub(crate) fn executed(guid: &[u8; 16]) -> Vec<u8> {
    let operation = structure(&[handle(guid), i32(2, 0), field(BOOL, 3, &[1])]);
    message("ExecuteStatement", &[good(), field(STRUCT, 2, &operation)])
}

/// How far an operation is, with what went wrong, where something did.
pub(crate) fn state(state: i32, text: &str) -> Vec<u8> {
    let mut fields = vec![good(), i32(2, state)];
    if !text.is_empty() {
        fields.push(field(STRING, 3, &bytes(b"22012")));
        fields.push(field(STRING, 5, &bytes(text.as_bytes())));
    }
    message("GetOperationStatus", &fields)
}

/// Columns with their names and the numbers of their types.
pub(crate) fn metadata(columns: &[(&str, i32)]) -> Vec<u8> {
    let column = |(name, ty): &(&str, i32)| {
        let primitive = structure(&[i32(1, *ty)]);
        let entry = structure(&[field(STRUCT, 1, &primitive)]);
        let types = structure(&[field(LIST, 1, &list(STRUCT, &[entry]))]);
        structure(&[field(STRING, 1, &bytes(name.as_bytes())), field(STRUCT, 2, &types)])
    };
    let columns: Vec<_> = columns.iter().map(column).collect();
    let schema = structure(&[field(LIST, 1, &list(STRUCT, &columns))]);
    message("GetResultSetMetadata", &[good(), field(STRUCT, 2, &schema)])
}

/// A column of rows that are fetched.
#[derive(Clone, Copy)]
pub(crate) enum Column<'a> {
    I64(&'a [i64]),
    #[cfg_attr(test, allow(dead_code, reason = "not all tests have such columns"))]
    Tiny(&'a [u8]),
    Text(&'a [&'a str]),
}

/// The first rows of a result.
pub(crate) fn fetched(columns: &[Column<'_>]) -> Vec<u8> {
    fetched_from(0, columns)
}

/// Rows of a result, before which there are so many.
pub(crate) fn fetched_from(start: i64, columns: &[Column<'_>]) -> Vec<u8> {
    let column = |column: &Column<'_>| {
        let (carrier, values) = match column {
            Column::I64(values) => {
                let values: Vec<_> = values.iter().map(|v| v.to_be_bytes().to_vec()).collect();
                (5, list(I64, &values))
            }
            Column::Tiny(values) => {
                let count = (values.len() as u32).to_be_bytes();
                (2, [&[BYTE], &count[..], values].concat())
            }
            Column::Text(values) => {
                let values: Vec<_> = values.iter().map(|v| bytes(v.as_bytes())).collect();
                (7, list(STRING, &values))
            }
        };
        let values = structure(&[field(LIST, 1, &values), field(STRING, 2, &bytes(&[]))]);
        structure(&[field(STRUCT, carrier, &values)])
    };
    let columns: Vec<_> = columns.iter().map(column).collect();
    let rows = [
        field(I64, 1, &start.to_be_bytes()),
        field(LIST, 2, &list(STRUCT, &[])),
        field(LIST, 3, &list(STRUCT, &columns)),
    ];
    message("FetchResults", &[good(), field(BOOL, 2, &[0]), field(STRUCT, 3, &structure(&rows))])
}
