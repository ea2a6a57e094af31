//! Parameters: every type there and back, and values that look like SQL.

use lakequery::__private::sql_types as t;
use lakequery::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use lakequery::{Decimal, Lake, Months, Query, ToSql, ToSqlList, Value};
use lakequery_types::Piece;

use crate::folder::{Argument, Folder, query};

fn bind<K, T: ToSql<K> + ?Sized>(value: &T) -> Argument {
    Argument::One(value.to_sql())
}

fn bind_list<K, L: ToSqlList<K> + ?Sized>(list: &L) -> Argument {
    Argument::List(list.to_sql_list())
}

/// `SELECT <parameter> AS v`
fn echo(ty: &'static str, argument: Argument) -> Query<Value> {
    query(
        &[Piece::Text("SELECT "), Piece::Parameter(0), Piece::Text(" AS v")],
        &[("v", ty, true)],
        &[ty],
        vec![argument],
        // The kind does not matter for a `Value`.
        |row| row.read::<Value>(0),
    )
}

async fn there_and_back<K>(lake: &Lake, ty: &'static str, value: impl ToSql<K>) {
    let sent = value.to_sql();
    let back = echo(ty, bind::<K, _>(&value)).fetch_one(lake).await;
    match back {
        Ok(back) => assert_eq!(back, sent, "{ty}"),
        Err(error) => panic!("{ty} {sent:?}: {error}"),
    }
    let null = echo(ty, Argument::One(Value::Null)).fetch_one(lake).await;
    assert_eq!(null.unwrap(), Value::Null, "{ty}");
}

fn at(year: i32, nanoseconds: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, 12, 31)
        .unwrap()
        .and_hms_nano_opt(23, 59, 59, nanoseconds)
        .unwrap()
}

#[tokio::test]
async fn every_type_goes_there_and_back() {
    let folder = Folder::new();
    let lake = &folder.connect().await;
    for value in [true, false] {
        there_and_back::<t::Boolean>(lake, "boolean", value).await;
    }
    for value in [i8::MIN, 0, i8::MAX] {
        there_and_back::<t::TinyInt>(lake, "tinyint", value).await;
    }
    for value in [i16::MIN, 0, i16::MAX] {
        there_and_back::<t::SmallInt>(lake, "smallint", value).await;
    }
    for value in [i32::MIN, 0, i32::MAX] {
        there_and_back::<t::Integer>(lake, "integer", value).await;
    }
    for value in [i64::MIN, 0, i64::MAX] {
        there_and_back::<t::BigInt>(lake, "bigint", value).await;
    }
    for value in [f32::MIN, -0.0, f32::MIN_POSITIVE, f32::INFINITY] {
        there_and_back::<t::Real>(lake, "real", value).await;
    }
    for value in [f64::MIN, 0.1, f64::MAX, f64::NEG_INFINITY] {
        there_and_back::<t::Double>(lake, "double", value).await;
    }
    for (ty, value) in [
        ("decimal(38,0)", "99999999999999999999999999999999999999"),
        ("decimal(38,38)", "-0.99999999999999999999999999999999999999"),
        ("decimal(38,19)", "1234567890123456789.0123456789012345678"),
        ("decimal(12,2)", "-0.05"),
        ("decimal(1,0)", "7"),
    ] {
        there_and_back::<t::Decimal>(lake, ty, value.parse::<Decimal>().unwrap()).await;
    }
    for value in
        [NaiveDate::default(), NaiveDate::from_ymd_opt(1, 1, 1).unwrap(), at(9999, 0).date()]
    {
        there_and_back::<t::Date>(lake, "date", value).await;
    }
    for value in [NaiveTime::MIN, at(2024, 999_999_999).time()] {
        there_and_back::<t::Time>(lake, "time(9)", value).await;
    }
    for (ty, value) in [
        ("timestamp(0)", at(9999, 0)),
        ("timestamp(3)", at(1, 999_000_000)),
        ("timestamp(6)", at(9999, 999_999_000)),
        ("timestamp(9)", at(1700, 999_999_999)),
        ("timestamp(9)", at(2261, 999_999_999)),
    ] {
        there_and_back::<t::Timestamp>(lake, ty, value).await;
        there_and_back::<t::TimestampTz>(
            lake,
            match ty {
                "timestamp(0)" => "timestamp(0) with time zone",
                "timestamp(3)" => "timestamp(3) with time zone",
                "timestamp(6)" => "timestamp(6) with time zone",
                _ => "timestamp(9) with time zone",
            },
            value.and_utc(),
        )
        .await;
    }
    for value in [0, -13, i32::MAX] {
        there_and_back::<t::IntervalYearToMonth>(lake, "interval year to month", Months(value))
            .await;
    }
    for value in [0, -1, 86_400_001, -86_400_000 * 1000] {
        let value = TimeDelta::milliseconds(value);
        there_and_back::<t::IntervalDayToSecond>(lake, "interval day to second", value).await;
    }
    there_and_back::<t::Array<t::BigInt>>(lake, "array(bigint)", vec![1i64, 2]).await;
    there_and_back::<t::Array<t::Nullable<t::Varchar>>>(
        lake,
        "array(varchar)",
        vec![Some("a"), None, Some("',[]")],
    )
    .await;
    there_and_back::<t::Array<t::Array<t::Decimal>>>(
        lake,
        "array(array(decimal(3,1)))",
        vec![vec!["12.3".parse::<Decimal>().unwrap()], vec![]],
    )
    .await;
    there_and_back::<t::Array<t::Date>>(lake, "array(date)", Vec::<NaiveDate>::new()).await;
}

/// Sends the value as a parameter of the type, and gets it back.
async fn there_and_back_as(lake: &Lake, ty: &'static str, sent: Value) {
    let back = echo(ty, Argument::One(sent.clone())).fetch_one(lake).await;
    match back {
        Ok(back) => assert_eq!(back, sent, "{ty}"),
        Err(error) => panic!("{ty} {sent:?}: {error}"),
    }
}

#[tokio::test]
async fn nested_values_go_there_and_back() {
    let folder = Folder::new();
    let lake = &folder.connect().await;
    let array = |values: Vec<Value>| Value::Array(values);
    let row = |values: Vec<Value>| Value::Row(values);
    let map = |entries: Vec<(Value, Value)>| Value::Map(entries);
    let (day, price): (Value, Value) =
        (at(2024, 0).date().into(), "12.30".parse::<Decimal>().unwrap().into());
    let spot = "row(\"X\" double, \"it's\" array(varchar))";
    let full = row(vec![f64::INFINITY.into(), array(vec!["',[]".into(), Value::Null])]);
    let empty = row(vec![Value::Null, array(vec![])]);
    for (ty, value) in [
        ("array(array(date))", array(vec![array(vec![]), Value::Null, array(vec![day.clone()])])),
        ("map(varchar,bigint)", map(vec![])),
        ("map(varchar,bigint)", map(vec![("".into(), Value::Null), ("'".into(), 1i64.into())])),
        (
            "map(date,array(decimal(5,2)))",
            map(vec![(day.clone(), array(vec![price.clone(), Value::Null]))]),
        ),
        ("map(decimal(5,2),map(date,date))", map(vec![(price.clone(), map(vec![]))])),
        ("row(date, decimal(5,2))", row(vec![day.clone(), price.clone()])),
        ("row(\"a\" date)", row(vec![Value::Null])),
        (spot, full.clone()),
        (spot, empty.clone()),
    ] {
        there_and_back_as(lake, ty, value).await;
        there_and_back_as(lake, ty, Value::Null).await;
    }
    let nested = "map(bigint,array(row(\"X\" double, \"it's\" array(varchar))))";
    there_and_back_as(
        lake,
        nested,
        map(vec![
            (1i64.into(), array(vec![full.clone(), Value::Null, empty.clone()])),
            (2i64.into(), array(vec![])),
            (3i64.into(), Value::Null),
        ]),
    )
    .await;
    let shelf = "row(\"s\" row(\"X\" double, \"it's\" array(varchar)), \"m\" map(row(date), date))";
    there_and_back_as(
        lake,
        shelf,
        row(vec![full, map(vec![(row(vec![day.clone()]), day.clone())])]),
    )
    .await;
    there_and_back_as(lake, shelf, row(vec![Value::Null, Value::Null])).await;
    // In SQL that was not compiled they say their types themselves.
    for value in [
        map(vec![("a".into(), array(vec![day.clone()]))]),
        row(vec![1i32.into(), Value::from("x"), map(vec![(day.clone(), price.clone())])]),
        array(vec![row(vec![day, price])]),
    ] {
        let row =
            lakequery::sql("SELECT ? AS v").bind(value.clone()).fetch_one(lake).await.unwrap();
        assert_eq!(row.get::<Value>("v").unwrap(), value);
    }
    let twice = map(vec![(1i64.into(), Value::Null), (1i64.into(), Value::Null)]);
    let error = echo("map(bigint,date)", Argument::One(twice)).fetch_one(lake).await.unwrap_err();
    assert!(error.is_parameter(), "{error}");
    assert!(error.to_string().contains("two keys of the map are equal"), "{error}");
}

/// Texts that would be trouble in any pasted SQL.
const HOSTILE: [&str; 14] = [
    "",
    " ",
    "'",
    "''",
    "\\' OR 1=1 --",
    "'; DROP TABLE orders; --",
    "\" OR \"\"=\"",
    "/* ? */ -- $1 {x}",
    "?",
    "$1",
    "%_\\",
    "line\nbreak\r\n\ttab",
    "\0 nul \u{7f}\u{1}",
    "ß İ 日本 🦀 \u{202e} e\u{301}",
];

#[tokio::test]
async fn texts_and_bytes_are_never_read_as_sql() {
    let folder = Folder::new();
    let lake = &folder.connect().await;
    for text in HOSTILE {
        there_and_back::<t::Varchar>(lake, "varchar", text).await;
        there_and_back::<t::Varbinary>(lake, "varbinary", text.as_bytes()).await;
        let row =
            lakequery::sql("SELECT ? AS v, '?' AS q").bind(text).fetch_one(lake).await.unwrap();
        assert_eq!(row.get::<String>("v").unwrap(), text);
        assert_eq!(row.get::<String>("q").unwrap(), "?");
    }
    let all: Vec<u8> = (0..=255).collect();
    there_and_back::<t::Varbinary>(lake, "varbinary", all).await;
    let long = "x'".repeat(1_000_000);
    there_and_back::<t::Varchar>(lake, "varchar", long).await;
}

#[tokio::test]
async fn zones_keep_their_instant() {
    let folder = Folder::new();
    let lake = &folder.connect().await;
    let here = DateTime::parse_from_rfc3339("2024-03-10T01:30:00.123+05:45").unwrap();
    let ty = "timestamp(3) with time zone";
    let query = query(
        &[Piece::Text("SELECT "), Piece::Parameter(0), Piece::Text(" AS v")],
        &[("v", ty, false)],
        &[ty],
        vec![bind::<t::TimestampTz, _>(&here)],
        |row| row.read::<DateTime<Utc>>(0),
    );
    assert_eq!(query.fetch_one(lake).await.unwrap(), here);
}

#[tokio::test]
async fn parameters_serve_where_operators_are_planned() {
    let folder = Folder::with_orders();
    let lake = &folder.connect().await;
    // The planner has to know the types before it knows the values.
    let keys =
        |condition: &[Piece<'static>], parameters: &[&'static str], arguments: Vec<Argument>| {
            let mut pieces = vec![Piece::Text("SELECT o_orderkey FROM tpch.orders WHERE ")];
            pieces.extend_from_slice(condition);
            pieces.push(Piece::Text(" ORDER BY o_orderkey"));
            query(&pieces, &[("o_orderkey", "bigint", false)], parameters, arguments, |row| {
                row.read::<i64>(0)
            })
        };
    let (text, parameter) = (Piece::Text, Piece::Parameter);
    let price: Decimal = "199.90".parse().unwrap();
    let time = NaiveDate::default().and_time(NaiveTime::MIN);
    let rows: Vec<(Query<i64>, &[i64])> = vec![
        (
            keys(
                &[text("o_orderkey % "), parameter(0), text(" = 1")],
                &["bigint"],
                vec![bind::<t::BigInt, _>(&2)],
            ),
            &[1, 3],
        ),
        (
            keys(
                &[text("o_totalprice >= "), parameter(0)],
                &["decimal(12,2)"],
                vec![bind::<t::Decimal, _>(&price)],
            ),
            &[1, 3],
        ),
        (
            keys(
                &[text("o_totalprice * 2 > "), parameter(0)],
                &["decimal(12,2)"],
                vec![bind::<t::Decimal, _>(&price)],
            ),
            &[1, 3],
        ),
        (
            keys(
                &[text("o_time > "), parameter(0)],
                &["timestamp(3)"],
                vec![bind::<t::Timestamp, _>(&time)],
            ),
            &[2],
        ),
        (
            keys(
                &[text("o_time - "), parameter(0), text(" < "), parameter(1)],
                &["interval day to second", "timestamp(3)"],
                vec![
                    bind::<t::IntervalDayToSecond, _>(&TimeDelta::days(1)),
                    bind::<t::Timestamp, _>(&(time - TimeDelta::days(1))),
                ],
            ),
            &[3],
        ),
        (
            keys(
                &[text("o_comment = "), parameter(0), text(" OR o_comment LIKE "), parameter(1)],
                &["varchar", "varchar"],
                vec![bind::<t::Varchar, _>("a"), bind::<t::Varchar, _>("")],
            ),
            &[1, 2],
        ),
        (
            keys(
                &[text("o_comment IS NOT DISTINCT FROM "), parameter(0)],
                &["varchar"],
                vec![bind::<t::Nullable<t::Varchar>, _>(&None::<String>)],
            ),
            &[3],
        ),
        (
            keys(
                &[text("coalesce(o_comment, "), parameter(0), text(") = "), parameter(0)],
                &["varchar"],
                vec![bind::<t::Varchar, _>("a")],
            ),
            &[1, 3],
        ),
        (
            keys(
                &[
                    text("CASE WHEN "),
                    parameter(0),
                    text(" THEN o_orderkey = 1 ELSE o_orderkey = 2 END"),
                ],
                &["boolean"],
                vec![bind::<t::Boolean, _>(&false)],
            ),
            &[2],
        ),
        (
            keys(
                &[
                    text("o_orderkey IN (SELECT o_orderkey FROM tpch.orders WHERE o_orderkey > "),
                    parameter(0),
                    text(")"),
                ],
                &["bigint"],
                vec![bind::<t::BigInt, _>(&1)],
            ),
            &[2, 3],
        ),
    ];
    for (query, expected) in rows {
        let sql = query.sql(lakequery::Engine::DataFusion);
        assert_eq!(query.fetch_all(lake).await.unwrap(), expected, "{sql:?}");
    }
    let limited = query(
        &[
            text("SELECT o_orderkey FROM tpch.orders ORDER BY o_orderkey DESC LIMIT "),
            parameter(0),
            text(" OFFSET "),
            parameter(1),
        ],
        &[("o_orderkey", "bigint", false)],
        &["bigint", "bigint"],
        vec![bind::<t::BigInt, _>(&1), bind::<t::BigInt, _>(&1)],
        |row| row.read::<i64>(0),
    );
    assert_eq!(limited.fetch_all(lake).await.unwrap(), [2]);
}

fn in_list(list: Vec<Value>, negated: bool) -> Query<i64> {
    query(
        &[
            Piece::Text("SELECT o_orderkey FROM tpch.orders WHERE "),
            Piece::InList { operand: vec![Piece::Text("o_orderkey")], parameter: 0, negated },
            Piece::Text(" ORDER BY o_orderkey"),
        ],
        &[("o_orderkey", "bigint", false)],
        &["bigint"],
        vec![Argument::List(list)],
        |row| row.read::<i64>(0),
    )
}

#[tokio::test]
async fn lists_of_any_length() {
    let folder = Folder::with_orders();
    let lake = &folder.connect().await;
    let list = |keys: std::ops::Range<i64>| keys.map(Value::from).collect::<Vec<_>>();
    let none: &[i64] = &[];
    for (keys, inside, outside) in [
        (0..0, none, &[1, 2, 3][..]),
        (2..3, &[2], &[1, 3]),
        (2..4, &[2, 3], &[1]),
        (3..10_003, &[3], &[1, 2]),
    ] {
        let start = std::time::Instant::now();
        assert_eq!(in_list(list(keys.clone()), false).fetch_all(lake).await.unwrap(), inside);
        assert_eq!(in_list(list(keys.clone()), true).fetch_all(lake).await.unwrap(), outside);
        println!("{keys:?}: {:?}", start.elapsed());
        // Generous, for a debug build on a busy machine; it takes about a second.
        assert!(start.elapsed().as_secs() < 60, "{keys:?}");
    }
    let texts: Vec<String> = (0..10_000).map(|i| format!("'{i}\"")).chain(["a".into()]).collect();
    let query = query(
        &[
            Piece::Text("SELECT o_orderkey FROM tpch.orders WHERE "),
            Piece::InList { operand: vec![Piece::Text("o_comment")], parameter: 0, negated: false },
        ],
        &[("o_orderkey", "bigint", false)],
        &["varchar"],
        vec![bind_list::<t::Varchar, _>(&texts)],
        |row| row.read::<i64>(0),
    );
    assert_eq!(query.fetch_all(lake).await.unwrap(), [1]);
}

#[tokio::test]
async fn values_that_do_not_fit_are_refused_unseen() {
    let folder = Folder::new();
    let lake = &folder.connect().await;
    let secret: Decimal = "8675309.123".parse().unwrap();
    let error =
        echo("decimal(12,2)", bind::<t::Decimal, _>(&secret)).fetch_one(lake).await.unwrap_err();
    assert!(error.is_parameter());
    assert_eq!(
        error.to_string(),
        "parameter 1 can't be decimal(12,2): it has too many digits (datafusion, query at src/main.rs:7:9); \
         bind a value that fits, or write a type that holds it in the query: CAST({value} AS …)"
    );
    let error = echo("timestamp(9)", bind::<t::Timestamp, _>(&at(9999, 0)))
        .fetch_one(lake)
        .await
        .unwrap_err();
    assert!(error.is_parameter(), "{error}");
    let error = echo("bigint", Argument::One("8675309".into())).fetch_one(lake).await.unwrap_err();
    assert!(error.is_parameter() && !error.to_string().contains("8675309"), "{error}");
}
