//! Arrays of every type, and what they take.

use super::*;
use crate::arrow::cell::{Cell, Column};
use crate::arrow::decode::Decode;
use crate::arrow::schema::logical;
use crate::value::Value;

fn builder(ty: &str) -> ArrayBuilder {
    ArrayBuilder::new(&Type::parse(ty).unwrap(), 0).unwrap()
}

#[test]
fn every_type_with_an_arrow_type_is_built() {
    for ty in Type::examples() {
        let Some(arrow) = canonical(&ty) else {
            assert!(ArrayBuilder::new(&ty, 0).is_none(), "{ty}");
            // Arrow has no such type.
            assert_eq!(ty.to_string(), "time(3) with time zone");
            continue;
        };
        for capacity in [0, 7] {
            let Some(mut builder) = ArrayBuilder::new(&ty, capacity) else {
                panic!("{ty} has an Arrow type, and is not built")
            };
            builder.append_null();
            builder.append_null();
            assert_eq!(builder.len(), 2, "{ty}");
            let array = builder.finish().unwrap();
            assert_eq!(array.data_type(), &arrow, "{ty}");
            assert_eq!((array.len(), array.logical_null_count()), (2, 2), "{ty}");
            assert_eq!((builder.len(), builder.finish().unwrap().len()), (0, 0), "{ty}");
        }
        // Lengths of texts and what texts hold are not in Arrow's types; all else is.
        let back = logical(&arrow).expect("a type");
        let same = match &ty {
            Type::Char(_) | Type::Varchar(_) | Type::Json | Type::Uuid | Type::IpAddress => {
                back == Type::VARCHAR
            }
            Type::Time(_) => back == Type::Time(9),
            Type::Row(_) => canonical(&back).as_ref() == Some(&arrow),
            ty => back == *ty,
        };
        assert!(same, "{ty} is read back as {back}");
    }
}

/// A value of a type that is not nested.
fn value(ty: &Type) -> Scalar<'static> {
    match canonical(ty).expect("an Arrow type") {
        DataType::Boolean => Scalar::Bool(true),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => Scalar::Int(7),
        DataType::Float32 | DataType::Float64 => Scalar::Float(0.5),
        DataType::Decimal128(..) => Scalar::Number("7.25"),
        DataType::Utf8 => Scalar::Text(b"::1"),
        DataType::Binary => Scalar::Bytes(b"::1"),
        DataType::Date32 => Scalar::Text(b"2024-02-29"),
        DataType::Time64(_) => Scalar::Text(b"01:02:03"),
        DataType::Timestamp(..) => {
            Scalar::Instant(text::timestamp(b"2024-02-29 01:02:03").expect("a timestamp"))
        }
        DataType::Interval(_) => Scalar::Text(b"1-2"),
        DataType::Duration(_) => Scalar::Text(b"1 02:03:04"),
        other => panic!("{ty}, which is {other}, has no value here"),
    }
}

/// Appends a value of the type.
fn append(builder: &mut ArrayBuilder, ty: &Type) {
    let mut budget = Budget::of(0);
    match (builder, ty) {
        (ArrayBuilder::List(lists), Type::Array(element)) => {
            append(lists.elements(1, &mut budget).unwrap(), &element.ty);
            lists.end().unwrap();
        }
        (ArrayBuilder::Map(maps), Type::Map(key, of_values)) => {
            let (keys, values) = maps.entries(1, &mut budget).unwrap();
            append(keys, key);
            append(values, &of_values.ty);
            maps.end().unwrap();
        }
        (ArrayBuilder::Row(rows), Type::Row(fields)) => {
            for (member, field) in rows.members.iter_mut().zip(fields) {
                append(member, &field.ty);
            }
            rows.end();
        }
        (builder, ty) => {
            builder.append(value(ty)).unwrap_or_else(|fault| panic!("{ty}: {fault:?}"))
        }
    }
}

#[test]
fn every_type_is_read_into_a_value() {
    for ty in Type::examples() {
        if ty == Type::Unknown || canonical(&ty).is_none() {
            continue;
        }
        let mut builder = ArrayBuilder::new(&ty, 0).unwrap();
        append(&mut builder, &ty);
        let array = builder.finish().unwrap();
        let column = Column::of(&*array);
        let value =
            Value::decode(Cell::new(&column, 0)).unwrap_or_else(|why| panic!("{ty}: {why}"));
        assert_ne!(value, Value::Null, "{ty}");
    }
}

#[test]
fn values_are_of_their_type_or_refused() {
    let instant = text::timestamp(b"2024-01-01 00:00:00.5").unwrap();
    for (ty, value, result) in [
        ("boolean", Scalar::Bool(true), Ok(())),
        ("boolean", Scalar::Int(1), Err(Fault::NotOfType)),
        ("boolean", Scalar::Text(b"true"), Err(Fault::NotOfType)),
        ("tinyint", Scalar::Int(-128), Ok(())),
        ("tinyint", Scalar::Int(128), Err(Fault::NotOfType)),
        ("smallint", Scalar::Number("32767"), Ok(())),
        ("smallint", Scalar::Number("32768"), Err(Fault::NotOfType)),
        ("bigint", Scalar::Number("1.0"), Err(Fault::NotOfType)),
        ("bigint", Scalar::Text(b"1"), Err(Fault::NotOfType)),
        ("integer", Scalar::Float(1.0), Err(Fault::NotOfType)),
        ("real", Scalar::Float(0.1), Ok(())),
        ("real", Scalar::Float(1e300), Err(Fault::NotOfType)),
        ("real", Scalar::Text(b"NaN"), Ok(())),
        ("double", Scalar::Number("1e300"), Ok(())),
        ("double", Scalar::Text(b"one"), Err(Fault::NotOfType)),
        ("decimal(3,1)", Scalar::Int(99), Ok(())),
        ("decimal(3,1)", Scalar::Int(100), Err(Fault::NotOfType)),
        ("decimal(38,38)", Scalar::Int(0), Ok(())),
        ("decimal(38,38)", Scalar::Int(1), Err(Fault::NotOfType)),
        ("decimal(3,1)", Scalar::Text(b"9.9"), Ok(())),
        ("decimal(3,1)", Scalar::Number("9.99"), Err(Fault::NotOfType)),
        ("decimal(3,1)", Scalar::Float(9.5), Err(Fault::NotOfType)),
        ("varchar", Scalar::Text(b"a"), Ok(())),
        ("varchar", Scalar::Text(b"\xff"), Err(Fault::NotUtf8)),
        ("varchar", Scalar::Number("1"), Err(Fault::NotOfType)),
        ("varchar", Scalar::Bytes(b"a"), Err(Fault::NotOfType)),
        ("varbinary", Scalar::Bytes(b"\xff"), Ok(())),
        ("varbinary", Scalar::Text(b"ff"), Err(Fault::NotOfType)),
        ("date", Scalar::Text(b"2024-02-29"), Ok(())),
        ("date", Scalar::Text(b"2023-02-29"), Err(Fault::OutOfRange)),
        ("date", Scalar::Int(1), Err(Fault::NotOfType)),
        ("time(3)", Scalar::Text(b"01:02:03.004"), Ok(())),
        ("time(2)", Scalar::Text(b"01:02:03.004"), Err(Fault::OutOfRange)),
        ("timestamp(1)", Scalar::Text(b"2024-01-01 00:00:00.5"), Ok(())),
        ("timestamp(1)", Scalar::Instant(instant), Ok(())),
        ("timestamp(0)", Scalar::Instant(instant), Err(Fault::OutOfRange)),
        ("timestamp(3) with time zone", Scalar::Instant(instant), Ok(())),
        (
            "timestamp(3) with time zone",
            Scalar::Text(b"2024-01-01 00:00:00"),
            Err(Fault::NotOfType),
        ),
        ("interval year to month", Scalar::Text(b"-1-2"), Ok(())),
        ("interval day to second", Scalar::Text(b"1 00:00:00.5"), Ok(())),
        ("interval day to second", Scalar::Text(b"1-2"), Err(Fault::OutOfRange)),
        ("unknown", Scalar::Int(1), Err(Fault::NotOfType)),
        ("array(bigint)", Scalar::Text(b"[1]"), Err(Fault::NotOfType)),
        ("map(date,date)", Scalar::Text(b"{}"), Err(Fault::NotOfType)),
        ("row(date)", Scalar::Text(b"[]"), Err(Fault::NotOfType)),
    ] {
        let mut builder = builder(ty);
        assert_eq!(builder.append(value), result, "{ty}: {value:?}");
        if result.is_ok() {
            let array = builder.finish().unwrap();
            assert_eq!((array.len(), array.null_count()), (1, 0), "{ty}: {value:?}");
        }
    }
}

#[test]
fn elements_are_charged() {
    let mut budget = Budget::of(0);
    let mut builder = builder("array(map(bigint,double))");
    let ArrayBuilder::List(lists) = &mut builder else { panic!("a list") };
    assert_eq!(lists.cost, 5);
    // A map takes its end and its bit, an entry two numbers with their bits and its own.
    let ArrayBuilder::Map(maps) = lists.elements(1, &mut budget).unwrap() else { panic!("a map") };
    assert_eq!(maps.cost, 1 + 9 + 9);
    let (keys, values) = maps.entries(1, &mut budget).unwrap();
    keys.append(Scalar::Int(1)).unwrap();
    values.append(Scalar::Float(0.5)).unwrap();
    maps.end().unwrap();
    assert!(maps.entries(usize::MAX, &mut budget).is_err_and(|fault| fault == Fault::TooLarge));
    lists.end().unwrap();
    let array = builder.finish().unwrap();
    assert_eq!((array.len(), array.null_count()), (1, 0));
}
