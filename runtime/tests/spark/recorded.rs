//! What a real server sent (Spark 4.2.0), decoded. A file holds a statement and,
//! after `---`, the calls that it takes with the replies to them; `cargo live
//! record` writes those.

use std::collections::VecDeque;
use std::sync::Mutex;

use lakequery::chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use lakequery::{Decimal, Lake, Months, Value};

use crate::reply;
use crate::server::{Act, Call, Server};

/// A reply to a call.
#[derive(Clone)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    /// The statement as it was sent, in the quotes of Rust.
    sql: Option<String>,
    pub(crate) reply: Vec<u8>,
}

/// A file: the statement and the replies.
pub(crate) fn file(name: &str) -> (String, Vec<Recorded>) {
    let path = format!("{}/tests/spark/recorded/{name}.calls", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (statement, calls) = text.split_once("\n---\n").unwrap();
    let calls = calls.lines().map(|line| {
        let (method, rest) = line.split_once(' ').unwrap();
        let (sql, digits) = match rest.rsplit_once(' ') {
            Some((sql, digits)) => (Some(sql.to_owned()), digits),
            None => (None, rest),
        };
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        let reply = (0..digits.len()).step_by(2).map(byte).collect();
        Recorded { method: method.to_owned(), sql, reply }
    });
    (statement.to_owned(), calls.collect())
}

/// A server that plays replies: each statement's own, the last state again and again.
pub(crate) async fn played(replies: Vec<Recorded>) -> Server {
    let mut open = Vec::new();
    let mut statements = Vec::new();
    for recorded in replies {
        match recorded.method.as_str() {
            "OpenSession" => open = recorded.reply,
            "ExecuteStatement" => statements.push(vec![recorded]),
            _ => statements.last_mut().unwrap().push(recorded),
        }
    }
    let coming: VecDeque<_> = statements.into_iter().collect();
    let state = Mutex::new((coming, Vec::<([u8; 16], VecDeque<Recorded>)>::new()));
    Server::start(move |call| {
        let (coming, running) = &mut *state.lock().unwrap();
        let reply = match call.method.as_str() {
            "OpenSession" => open.clone(),
            "ExecuteStatement" => {
                let mut calls = VecDeque::from(coming.pop_front().unwrap());
                let execute = calls.pop_front().unwrap();
                assert_eq!(execute.sql.unwrap(), format!("{:?}", call.sql));
                running.push((Call::read(&execute.reply).guid, calls));
                execute.reply
            }
            "CloseOperation" | "CancelOperation" | "CloseSession" => reply::done(&call.method),
            method => {
                let calls = running.iter_mut().find(|(guid, _)| *guid == call.guid);
                let Some((_, calls)) = calls else {
                    let text = "Invalid OperationHandle";
                    return Some(Act::Reply(reply::fault(method, "", text)));
                };
                match calls.iter().position(|recorded| recorded.method == method) {
                    Some(at) => calls.remove(at).unwrap().reply,
                    None if method == "GetOperationStatus" => reply::state(reply::FINISHED, ""),
                    None => panic!("{method} is called once more than it was"),
                }
            }
        };
        Some(Act::Reply(reply))
    })
    .await
}

/// All values of the rows of a recorded statement.
async fn rows(name: &str) -> Vec<Vec<Value>> {
    let (statement, replies) = file(name);
    let lake = played(replies).await.connect().await;
    let rows = lakequery::sql(statement).fetch_all(&lake).await.unwrap();
    let values = |row: &lakequery::Row| (0..row.len()).map(|i| row.get(i).unwrap()).collect();
    rows.iter().map(values).collect()
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn decimal(text: &str) -> Value {
    text.parse::<Decimal>().unwrap().into()
}

fn date(text: &str) -> Value {
    text.parse::<NaiveDate>().unwrap().into()
}

fn moment(text: &str) -> Value {
    text.parse::<NaiveDateTime>().unwrap().into()
}

fn instant(text: &str) -> Value {
    text.parse::<DateTime<Utc>>().unwrap().fixed_offset().into()
}

fn row_of_nulls(row: &[Value]) {
    assert!(row.iter().all(Value::is_null), "{row:?}");
}

#[tokio::test]
async fn every_type() {
    let [values, nulls] = <[_; 2]>::try_from(rows("types").await).unwrap();
    row_of_nulls(&nulls);
    assert_eq!(
        values,
        [
            true.into(),
            i8::MIN.into(),
            i16::MAX.into(),
            i32::MIN.into(),
            i64::MAX.into(),
            1.1f32.into(),
            (-0.1f64).into(),
            decimal("-99999999999999999999999999999.123456789"),
            text("é😀\"\\ \n"),
            b"\x00\xff".into(),
            date("2024-02-29"),
            instant("2024-02-28T19:32:03.123456Z"),
            moment("2024-02-29T01:02:03.12"),
            Months(-14).into(),
            TimeDelta::milliseconds(93_784_500).into(),
            text("{\"a\":[1,null,\"x\\\"y\"]}"),
            text("é"),
            Value::Null,
        ]
    );
}

#[tokio::test]
async fn extremes() {
    let rows = rows("extremes").await;
    let column = |i: usize| rows.iter().map(|row| row[i].clone()).collect::<Vec<_>>();
    let reals = [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        f32::MIN,
        f32::from_bits(1),
        -0.0,
        f32::MIN_POSITIVE,
    ];
    let doubles = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        f64::from_bits(1),
        -0.0,
        f64::MIN_POSITIVE,
    ];
    for (i, row) in rows.iter().take(8).enumerate() {
        assert_eq!(row[0], Value::Integer(i32::try_from(i).unwrap()));
        let (Value::Real(real), Value::Double(double)) = (&row[1], &row[2]) else {
            panic!("{row:?}");
        };
        assert!(real.to_bits() == reals[i].to_bits() || real.is_nan() && i == 0, "{row:?}");
        assert!(double.to_bits() == doubles[i].to_bits() || double.is_nan() && i == 0, "{row:?}");
    }
    let null = || Value::Null;
    let padded = |values: Vec<Value>, last: Value| {
        let nulls = std::iter::repeat_n(Value::Null, 8 - values.len());
        values.into_iter().chain(nulls).chain([last]).collect::<Vec<_>>()
    };
    assert_eq!(rows[8][1..3], [null(), null()]);
    let all = "0.99999999999999999999999999999999999999";
    let least = "-0.00000000000000000000000000000000000001";
    let tenth = "0.10000000000000000000000000000000000000";
    let zero = "0.00000000000000000000000000000000000000";
    let decimals = [zero, all, least].map(decimal).to_vec();
    assert_eq!(column(3), padded(decimals, decimal(tenth)));
    let days = ["0001-01-01", "9999-12-31", "1582-10-04", "1582-10-15"].map(date).to_vec();
    assert_eq!(column(4), padded(days, null()));
    let at = ["0001-01-01T00:00:00", "9999-12-31T23:59:59.999999", "1582-10-04T00:00:00"];
    assert_eq!(column(5), padded(at.map(|at| instant(&format!("{at}Z"))).to_vec(), null()));
    assert_eq!(column(6), padded(at.map(moment).to_vec(), null()));
    let texts = ["", "\0", "\u{10ffff}", "e\u{301}"].map(text).to_vec();
    assert_eq!(column(7), padded(texts, text("last")));
    let bytes = [&b""[..], b"\0", b"\x80"].map(|bytes| bytes.to_vec().into()).to_vec();
    assert_eq!(column(8), padded(bytes, b"\xff\xfe".into()));
}

#[tokio::test]
async fn nested_columns() {
    let [mut values, nulls] = <[_; 2]>::try_from(rows("nested").await).unwrap();
    row_of_nulls(&nulls);
    // NaN equals nothing, so it stands apart.
    let Value::Array(doubles) = &mut values[5] else { panic!("{:?}", values[5]) };
    assert!(matches!(doubles.remove(0), Value::Double(nan) if nan.is_nan()));
    assert!(matches!(doubles[0], Value::Double(zero) if zero.is_sign_negative()));
    let array = |values: Vec<Value>| Value::Array(values);
    let row = |values: Vec<Value>| Value::Row(values);
    let deep = (0..8).fold(Value::Integer(7), |inner, _| array(vec![inner]));
    assert_eq!(
        values,
        [
            array(vec![
                array(vec![text("x"), Value::Null, text("a\"b\\c")]),
                Value::Null,
                array(vec![]),
            ]),
            Value::Map(vec![
                (text("k\"1"), Value::Map(vec![(1.5f64.into(), date("2024-01-02"))])),
                (text("k2"), Value::Null),
            ]),
            row(vec![1i32.into(), row(vec![text("y"), f64::INFINITY.into(), Value::Null])]),
            array(vec![
                row(vec![
                    instant("2024-02-29T01:02:03.123456Z"),
                    b"\x00\xff".into(),
                    moment("0001-01-01T00:00:00"),
                ]),
                Value::Null,
            ]),
            Value::Map(vec![(
                row(vec![b"\x01".into()]),
                array(vec![Months(2).into(), Value::Null]),
            )]),
            array(vec![(-0.0f64).into(), f64::from_bits(1).into(), Value::Null]),
            array(vec![1.1f32.into(), f32::MAX.into(), f32::NEG_INFINITY.into()]),
            array(vec![decimal("-99999999999999999999999999999999999999"), decimal("1")]),
            array(vec![i64::MAX.into(), i64::MIN.into()]),
            array(vec![true.into(), false.into(), Value::Null]),
            deep,
            Value::Map(vec![]),
            array(vec![text("😀\u{10ffff}"), text("\0")]),
            array(vec![TimeDelta::milliseconds(-93_784_500).into()]),
        ]
    );
}

#[tokio::test]
async fn rows_come_in_several_answers() {
    let rows = rows("rows").await;
    assert_eq!(rows.len(), 1100);
    for (id, row) in rows.iter().enumerate() {
        let small = i16::try_from(id).unwrap();
        let small = if id % 7 == 0 { Value::Null } else { small.into() };
        let id = i64::try_from(id).unwrap();
        assert_eq!(*row, [id.into(), text(&"xx"[..(id % 3) as usize]), small]);
    }
    assert_eq!(self::rows("empty").await, [[Value::Null; 0]; 0]);
    let columns = ["r_regionkey", "r_name", "r_comment"].map(|name| [text(name)]);
    assert_eq!(self::rows("command").await, columns);
}

async fn execute(name: &str) -> lakequery::Result<u64> {
    let (statement, replies) = file(name);
    let lake: Lake = played(replies).await.connect().await;
    lakequery::sql(statement).execute(&lake).await
}

#[tokio::test]
async fn statements_say_how_many_rows_they_wrote() {
    for (name, written) in [
        ("create", 0),
        // Spark does not say.
        ("insert", 0),
        ("update", 2),
        ("merge", 2),
        ("delete", 1),
        ("drop", 0),
        // Rows of a result are no counts.
        ("rows", 0),
    ] {
        assert_eq!(execute(name).await.unwrap(), written, "{name}");
    }
}

#[tokio::test]
async fn errors_have_class_state_and_position() {
    for (name, told) in [
        (
            "error-column",
            "A column, variable, or function parameter with name `nope` cannot be resolved. Did \
             you mean one of the following? [`id`]. (at line 1, column 8 of the SQL) \
             [UNRESOLVED_COLUMN.WITH_SUGGESTION, SQLSTATE 42703] (spark)",
        ),
        (
            "error-syntax",
            "Syntax error at or near end of input. [PARSE_SYNTAX_ERROR, SQLSTATE 42601] (spark)",
        ),
        ("error-running", "Division by zero."),
    ] {
        let error = execute(name).await.unwrap_err();
        assert!(error.is_query(), "{name}: {error:?}");
        assert!(error.to_string().starts_with(told), "{name}: {error}");
        assert!(!error.to_string().contains("\tat "), "{error}");
    }
}
