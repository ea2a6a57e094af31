//! Files whose columns grew apart are one table of the widest types: queries answer as over
//! files that were all written with these.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float32Array, Float64Array,
    Int8Array, Int16Array, Int32Array, Int64Array, LargeStringArray, ListArray, StringArray,
    StructArray, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampSecondArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{Field, Fields};

use super::Lake;

fn decimal(values: &[Option<i128>], precision: u8, scale: i8) -> ArrayRef {
    let values = Decimal128Array::from(values.to_vec());
    Arc::new(values.with_precision_and_scale(precision, scale).unwrap())
}

fn row(fields: &[(&str, ArrayRef)]) -> ArrayRef {
    let members: Fields =
        fields.iter().map(|(name, a)| Field::new(*name, a.data_type().clone(), true)).collect();
    let columns = fields.iter().map(|(_, array)| Arc::clone(array)).collect();
    Arc::new(StructArray::try_new(members, columns, None).unwrap())
}

/// Each value in a list of its own.
fn lists(values: ArrayRef) -> ArrayRef {
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths(vec![1; values.len()]);
    Arc::new(ListArray::try_new(field, offsets, values, None).unwrap())
}

fn texts(values: [Option<&str>; 2]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn longs(values: [Option<i64>; 2]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn ints(values: [Option<i32>; 2]) -> ArrayRef {
    Arc::new(Int32Array::from(values.to_vec()))
}

/// A file of two rows: the name of each column, and what is in it.
type File = Vec<(&'static str, ArrayRef)>;

/// Three files as they are written over the years, and as all would be written today.
fn years() -> [(File, File); 3] {
    const DAY: i64 = 86_400_000_000;
    let (a, b) = (Some(1), Some(-2));
    let micros =
        |a: i64, b: i64| -> ArrayRef { Arc::new(TimestampMicrosecondArray::from(vec![a, b])) };
    let doubles = |values: Vec<Option<f64>>| -> ArrayRef { Arc::new(Float64Array::from(values)) };
    let first = vec![
        ("Id", ints([Some(1), Some(2)])),
        ("n", Arc::new(Int8Array::from(vec![a, b])) as ArrayRef),
        ("amount", ints([Some(5), None])),
        ("f", Arc::new(Float32Array::from(vec![0.1, f32::NAN]))),
        ("at", Arc::new(Date32Array::from(vec![0, 19_723]))),
        ("t", texts([Some("a"), None])),
        ("s", row(&[("x", ints([Some(1), None]))])),
        ("l", lists(ints([Some(1), None]))),
    ];
    let first_today = vec![
        ("id", longs([Some(1), Some(2)])),
        ("n", longs([Some(1), Some(-2)])),
        ("amount", decimal(&[Some(500), None], 21, 2)),
        ("f", doubles(vec![Some(f64::from(0.1_f32)), Some(f64::NAN)])),
        ("at", micros(0, 19_723 * DAY)),
        ("t", texts([Some("a"), None])),
        ("s", row(&[("x", longs([Some(1), None])), ("Y", texts([None, None]))])),
        ("l", lists(longs([Some(1), None]))),
        ("late", texts([None, None])),
    ];
    let second = vec![
        ("t", Arc::new(DictionaryArray::<Int32Type>::from_iter(["b", "c"])) as ArrayRef),
        ("id", longs([Some(3), Some(1 << 40)])),
        ("n", Arc::new(Int16Array::from(vec![Some(300), None]))),
        ("amount", longs([Some(7), Some(1 << 40)])),
        ("at", Arc::new(TimestampSecondArray::from(vec![Some(86_399), None]))),
        ("s", row(&[("Y", texts([Some("y"), None])), ("X", longs([Some(9), Some(10)]))])),
        ("l", lists(longs([Some(3), Some(4)]))),
    ];
    let second_today = vec![
        ("id", longs([Some(3), Some(1 << 40)])),
        ("n", longs([Some(300), None])),
        ("amount", decimal(&[Some(700), Some((1 << 40) * 100)], 21, 2)),
        ("f", doubles(vec![None, None])),
        ("at", Arc::new(TimestampMicrosecondArray::from(vec![Some(86_399_000_000), None]))),
        ("t", texts([Some("b"), Some("c")])),
        ("s", row(&[("x", longs([Some(9), Some(10)])), ("Y", texts([Some("y"), None]))])),
        ("l", lists(longs([Some(3), Some(4)]))),
        ("late", texts([None, None])),
    ];
    let third = vec![
        ("late", texts([Some("z"), Some("a")])),
        ("ID", ints([Some(4), None])),
        ("N", longs([Some(1 << 40), Some(2)])),
        ("amount", decimal(&[Some(1250), Some(-1)], 5, 2)),
        ("F", doubles(vec![Some(0.1), None])),
        ("At", Arc::new(TimestampMicrosecondArray::from(vec![Some(1), Some(-1)]))),
        ("T", Arc::new(LargeStringArray::from(vec![Some("d"), Some("a")]))),
    ];
    let none = row(&[("x", longs([None, None])), ("Y", texts([None, None]))]);
    let nothing = arrow_array::new_null_array(none.data_type(), 2);
    let third_today = vec![
        ("id", longs([Some(4), None])),
        ("n", longs([Some(1 << 40), Some(2)])),
        ("amount", decimal(&[Some(1250), Some(-1)], 21, 2)),
        ("f", doubles(vec![Some(0.1), None])),
        ("at", micros(1, -1)),
        ("t", texts([Some("d"), Some("a")])),
        ("s", nothing),
        ("l", arrow_array::new_null_array(lists(longs([None, None])).data_type(), 2)),
        ("late", texts([Some("z"), Some("a")])),
    ];
    [(first, first_today), (second, second_today), (third, third_today)]
}

const CONDITIONS: [&str; 39] = [
    "true",
    "id = 1",
    "id IN (1, 3, 1099511627776)",
    "id NOT IN (1, 4)",
    "id > 2147483647",
    "id < 2.5",
    "id IS NULL",
    "n = 1",
    "n > 127",
    "n <> 300",
    "n = 1099511627776",
    "CAST(n AS double) > 1e0",
    "amount = 5",
    "amount = 12.50",
    "amount < 0",
    "amount > 6.99",
    "amount IS NOT NULL",
    "f = 0.1e0",
    "f > 0.1e0",
    "f <> 0.1e0",
    "is_nan(f)",
    "f = CAST(REAL '0.1' AS double)",
    "at = TIMESTAMP '1970-01-01 00:00:00'",
    "at = DATE '2024-01-01'",
    "at > TIMESTAMP '1970-01-01 12:00:00'",
    "at < TIMESTAMP '1970-01-01 00:00:00.000001'",
    "at <= TIMESTAMP '1970-01-01 00:00:00.0000001'",
    "at BETWEEN TIMESTAMP '1969-12-31 23:59:59.9999995' AND DATE '1970-01-01'",
    "at IN (DATE '1970-01-01', TIMESTAMP '1970-01-01 23:59:59')",
    "CAST(at AS date) = DATE '1970-01-01'",
    "at < TIMESTAMP '1970-01-01 23:59:59.000001'",
    "at >= TIMESTAMP '1970-01-01 23:59:58.999999' AND at < TIMESTAMP '2024-01-01 00:00:00.5'",
    "amount < 5.01 AND n > 0.5",
    "t = 'a'",
    "t IN ('b', 'd')",
    "s.x > 1",
    "s.y = 'y'",
    "l[1] = 3",
    "late IS NULL AND id < 3 OR late = 'a'",
];

#[tokio::test]
async fn files_that_grew_apart_answer_as_if_written_today() {
    let lake = Lake::new();
    for (i, (then, today)) in years().into_iter().enumerate() {
        lake.parquet(&format!("s/grown/{i}.parquet"), &then);
        lake.parquet(&format!("s/today/{i}.parquet"), &today);
    }
    let columns = lake.columns("s.grown").await;
    assert_eq!(
        columns,
        [
            "id bigint",
            "n bigint",
            "amount decimal(21,2)",
            "f double",
            "at timestamp(6)",
            "t varchar",
            "s row(\"x\" bigint, \"Y\" varchar)",
            "l array(bigint)",
            "late varchar",
        ]
    );
    assert_eq!(lake.columns("s.today").await, columns);
    for condition in CONDITIONS {
        for query in [
            "SELECT * FROM {t} WHERE {c} ORDER BY id, n",
            "SELECT count(*), min(id), max(n), sum(amount), min(at), max(at), min(t), max(late) FROM {t} WHERE {c}",
            "SELECT s.y, count(*), max(s.x), min(l[1]) FROM {t} WHERE {c} GROUP BY s.y ORDER BY 1",
            "SELECT a.id, b.n FROM {t} a LEFT JOIN {t} b ON a.n = b.id AND a.at < b.at WHERE a.id IN (SELECT id FROM {t} WHERE {c}) ORDER BY 1, 2",
        ] {
            let ask = |table| query.replace("{t}", table).replace("{c}", condition);
            let (grown, today) =
                (lake.rows(&ask("s.grown")).await, lake.rows(&ask("s.today")).await);
            assert_eq!(grown, today, "{}", ask("s.grown"));
        }
    }
    assert_eq!(lake.rows("SELECT id FROM s.grown").await.len(), 6);
}

/// What is wider does not hold everything: a moment beyond the years of nanoseconds is an
/// error, and not another moment.
#[tokio::test]
async fn a_value_that_the_wider_type_does_not_hold_is_an_error() {
    let lake = Lake::new();
    let fine: ArrayRef = Arc::new(arrow_array::TimestampNanosecondArray::from(vec![1]));
    let coarse: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![253_370_764_800_000]));
    let days: ArrayRef = Arc::new(Date32Array::from(vec![2_932_896]));
    for (i, (column, value)) in [("at", &fine), ("at", &coarse), ("at", &days)].iter().enumerate() {
        lake.parquet(&format!("s/t{i}/0.parquet"), &[(column, Arc::clone(&fine))]);
        lake.parquet(&format!("s/t{i}/1.parquet"), &[(column, Arc::clone(value))]);
    }
    assert_eq!(lake.columns("s.t1").await, ["at timestamp(9)"]);
    assert_eq!(lake.rows("SELECT count(*) FROM s.t0 WHERE at > DATE '1970-01-01'").await, ["2"]);
    for table in ["s.t1", "s.t2"] {
        let error = lake.error(&format!("SELECT at FROM {table}")).await;
        assert!(
            error.contains("exceeds the representable i64 range") || error.contains("verflow"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn columns_that_nothing_holds_name_both_files() {
    let string = texts([Some("a"), None]);
    let cases: [(ArrayRef, ArrayRef, &str, &str); 6] = [
        (longs([None, Some(1)]), Arc::clone(&string), "bigint", "varchar"),
        (longs([None, Some(1)]), Arc::new(Float64Array::from(vec![1.5, 2.0])), "bigint", "double"),
        (decimal(&[Some(1)], 38, 0), decimal(&[Some(1)], 38, 1), "decimal(38,0)", "decimal(38,1)"),
        (
            Arc::new(Date32Array::from(vec![1])),
            Arc::new(TimestampSecondArray::from(vec![1]).with_timezone("UTC")),
            "date",
            "timestamp(0) with time zone",
        ),
        (row(&[("x", Arc::clone(&string))]), Arc::clone(&string), "row(\"x\" varchar)", "varchar"),
        (
            row(&[("x", longs([None, None]))]),
            row(&[("X", Arc::clone(&string))]),
            "row(\"x\" bigint)",
            "row(\"X\" varchar)",
        ),
    ];
    for (a, b, first, second) in cases {
        let lake = Lake::new();
        lake.parquet("s/t/0.parquet", &[("z", texts([None, None]).slice(0, a.len()))]);
        lake.parquet("s/t/1.parquet", &[("c", a)]);
        lake.parquet("s/t/2.parquet", &[("C", b)]);
        assert_eq!(
            lake.error("SELECT * FROM s.t").await,
            format!(
                "column C is {first} in `ROOT/s/t/1.parquet` and {second} in `ROOT/s/t/2.parquet`; \
                 no type holds the values of both; write the files anew with columns of one type"
            )
        );
    }
}

/// Where one file has two columns that differ in case only, case tells them apart in all.
#[tokio::test]
async fn columns_that_differ_in_case_only_stay_apart() {
    let lake = Lake::new();
    lake.parquet("s/t/0.parquet", &[("A", ints([Some(1), None])), ("a", ints([Some(2), None]))]);
    lake.parquet("s/t/1.parquet", &[("a", ints([Some(3), None]))]);
    lake.parquet("s/t/2.parquet", &[("A", ints([Some(4), None])), ("B", ints([Some(5), None]))]);
    assert_eq!(lake.columns("s.t").await, ["A integer", "a integer", "b integer"]);
    let rows = lake
        .rows("SELECT \"A\", \"a\", b FROM s.t WHERE coalesce(\"A\", \"a\") > 0 ORDER BY 1, 2")
        .await;
    assert_eq!(rows, ["1 2 NULL", "4 NULL 5", "NULL 3 NULL"]);
}

#[tokio::test]
async fn text_files_that_grew_apart_are_one_table() {
    let lake = Lake::new();
    lake.write("s/t/1.csv", "id,amount\n1,5\n2,\n");
    lake.write("s/t/2.csv", "note,ID,amount\nx,3,2.5\n");
    lake.write("s/t/3.csv", "id\n9223372036854775807\n");
    assert_eq!(lake.columns("s.t").await, ["id bigint", "amount double", "note varchar"]);
    assert_eq!(
        lake.rows("SELECT * FROM s.t ORDER BY id").await,
        ["1 5.0 NULL", "2 NULL NULL", "3 2.5 x", "9223372036854775807 NULL NULL"]
    );
    assert_eq!(lake.rows("SELECT count(amount), count(note) FROM s.t").await, ["2 1"]);
    lake.write("s/j/1.json", "{\"a\":1}\n{\"b\":{\"x\":1}}");
    lake.write("s/j/2.json", "{\"b\":{\"y\":\"t\"},\"a\":2.5}");
    assert_eq!(lake.columns("s.j").await, ["a double", "b row(\"x\" bigint, \"y\" varchar)"]);
}
