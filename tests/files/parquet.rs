//! Files of Parquet, made by the names of their cases.

use std::sync::Arc;

use arrow_array::builder::{
    FixedSizeListBuilder, Int32Builder, Int64Builder, LargeListBuilder, ListBuilder, MapBuilder,
    StringBuilder,
};
use arrow_array::*;
use arrow_schema::{DataType, Field, Fields, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding};
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType as Physical, FixedLenByteArray, FixedLenByteArrayType,
    Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::file::metadata::{
    ParquetMetaDataBuilder, ParquetMetaDataReader, ParquetMetaDataWriter,
};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// The bytes of the file of a case.
pub(super) fn file(name: &str) -> Vec<u8> {
    match name {
        "integers" => arrow(vec![
            ("i8", array(Int8Array::from(vec![Some(i8::MIN), Some(i8::MAX), None]))),
            ("i16", array(Int16Array::from(vec![Some(i16::MIN), Some(i16::MAX), None]))),
            ("i32", array(Int32Array::from(vec![Some(i32::MIN), Some(i32::MAX), None]))),
            ("i64", array(Int64Array::from(vec![Some(i64::MIN), Some(i64::MAX), None]))),
        ]),
        "unsigned" => arrow(vec![
            ("u8", array(UInt8Array::from(vec![Some(0), Some(u8::MAX), None]))),
            ("u16", array(UInt16Array::from(vec![Some(0), Some(u16::MAX), None]))),
            ("u32", array(UInt32Array::from(vec![Some(0), Some(u32::MAX), None]))),
            ("u64", array(UInt64Array::from(vec![Some(0), Some(u64::MAX), None]))),
        ]),
        "floats" => arrow(vec![
            ("f32", array(Float32Array::from(vec![Some(1.5), Some(f32::INFINITY), None]))),
            ("f64", array(Float64Array::from(vec![Some(-0.0), Some(f64::MAX), None]))),
        ]),
        "half-floats" => {
            let values = [[0x00, 0x3e], [0x00, 0xfc], [0x01, 0x00]];
            let values = values.map(|bytes| FixedLenByteArray::from(bytes.to_vec()));
            raw::<FixedLenByteArrayType>(
                "message m { required fixed_len_byte_array(2) h (FLOAT16); }",
                &[(&values, None)],
            )
        }
        "booleans" => {
            arrow(vec![("b", array(BooleanArray::from(vec![Some(true), Some(false), None])))])
        }
        "decimals" => arrow(vec![
            ("small", array(decimal(vec![Some(12345), Some(-1), None], 9, 3))),
            ("large", array(decimal(vec![Some(12345), Some(-1), None], 18, 0))),
            ("whole", array(decimal(vec![Some(10_i128.pow(38) - 1), Some(0), None], 38, 0))),
            ("fraction", array(decimal(vec![Some(1 - 10_i128.pow(38)), Some(1), None], 38, 38))),
        ]),
        "decimals-of-arrow" => {
            let wide = |value: i128| arrow_buffer(value);
            arrow(vec![
                (
                    "d32",
                    array(
                        Decimal32Array::from(vec![1, -1]).with_precision_and_scale(9, 2).unwrap(),
                    ),
                ),
                (
                    "d64",
                    array(
                        Decimal64Array::from(vec![1, -1]).with_precision_and_scale(18, 2).unwrap(),
                    ),
                ),
                ("d256", array(wide(-1).with_precision_and_scale(38, 2).unwrap())),
            ])
        }
        "decimal-too-wide" => arrow(vec![
            ("key", array(Int64Array::from(vec![1, 2]))),
            ("wide", array(arrow_buffer(5).with_precision_and_scale(50, 2).unwrap())),
        ]),
        "texts" => arrow(vec![
            ("t", array(StringArray::from(vec![Some("é"), Some(""), None]))),
            ("l", array(LargeStringArray::from(vec![Some("é"), Some(""), None]))),
            ("v", array(StringViewArray::from(vec![Some("é"), Some(""), None]))),
            (
                "d",
                array(["x", "y", "x"].into_iter().collect::<DictionaryArray<types::Int32Type>>()),
            ),
        ]),
        "binaries" => arrow(vec![
            ("b", array(BinaryArray::from(vec![Some(&b"\xff\x00"[..]), Some(b""), None]))),
            ("l", array(LargeBinaryArray::from(vec![Some(&b"\xff\x00"[..]), Some(b""), None]))),
            ("v", array(BinaryViewArray::from(vec![Some(&b"\xff\x00"[..]), Some(b""), None]))),
            ("f", {
                let values = [Some([1_u8, 2]), Some([3, 4]), None].into_iter();
                array(FixedSizeBinaryArray::try_from_sparse_iter_with_size(values, 2).unwrap())
            }),
        ]),
        "dates" => arrow(vec![
            ("d", array(Date32Array::from(vec![Some(-719_162), Some(2_932_896), None]))),
            ("e", array(Date64Array::from(vec![Some(0), Some(86_400_000), None]))),
        ]),
        "times" => arrow(vec![
            ("s", array(Time32SecondArray::from(vec![Some(0), Some(86_399), None]))),
            ("ms", array(Time32MillisecondArray::from(vec![Some(1), Some(86_399_999), None]))),
            ("us", array(Time64MicrosecondArray::from(vec![Some(1), Some(86_399_999_999), None]))),
            (
                "ns",
                array(Time64NanosecondArray::from(vec![Some(1), Some(86_399_999_999_999), None])),
            ),
        ]),
        "time-before-midnight" => arrow(vec![("t", array(Time64MicrosecondArray::from(vec![-1])))]),
        "time-after-midnight" => {
            arrow(vec![("t", array(Time32MillisecondArray::from(vec![86_400_000])))])
        }
        "timestamps" => arrow(vec![
            ("s", array(TimestampSecondArray::from(vec![Some(-1), Some(253_402_300_799), None]))),
            ("ms", array(TimestampMillisecondArray::from(vec![Some(-1), Some(1), None]))),
            ("us", array(TimestampMicrosecondArray::from(vec![Some(-1), Some(1), None]))),
            (
                "ns",
                array(TimestampNanosecondArray::from(vec![Some(i64::MIN), Some(i64::MAX), None])),
            ),
        ]),
        "zones" => arrow(vec![
            ("utc", array(TimestampMicrosecondArray::from(vec![0]).with_timezone("UTC"))),
            ("far", array(TimestampMillisecondArray::from(vec![0]).with_timezone("+05:30"))),
            (
                "named",
                array(TimestampNanosecondArray::from(vec![0]).with_timezone("Europe/Berlin")),
            ),
        ]),
        "int96" => {
            let value = |day: u32, nanoseconds: u64| {
                let mut value = Int96::new();
                value.set_data(nanoseconds as u32, (nanoseconds >> 32) as u32, day);
                value
            };
            let values = [value(2_440_588, 1_000), value(5_373_484, 86_399_999_999_000)];
            raw::<Int96Type>("message m { required int96 t; }", &[(&values, None)])
        }
        "durations" => arrow(vec![
            ("s", array(DurationSecondArray::from(vec![Some(90_061), None]))),
            ("ms", array(DurationMillisecondArray::from(vec![Some(-1), None]))),
        ]),
        "durations-too-fine" => arrow(vec![
            ("key", array(Int64Array::from(vec![1]))),
            ("us", array(DurationMicrosecondArray::from(vec![1]))),
            ("ns", array(DurationNanosecondArray::from(vec![1]))),
        ]),
        "intervals" => arrow(vec![
            ("key", array(Int64Array::from(vec![1]))),
            (
                "day",
                array(IntervalDayTimeArray::from(vec![types::IntervalDayTimeType::make_value(
                    1, 2,
                )])),
            ),
        ]),
        "interval-of-months" => {
            arrow(vec![("m", array(IntervalYearMonthArray::from(vec![Some(14), None])))])
        }
        "only-nulls" => arrow(vec![
            ("n", array(NullArray::new(2))),
            ("i", array(Int32Array::from(vec![None, None]))),
        ]),
        "lists" => arrow(vec![("l", list()), ("large", large_list()), ("fixed", fixed_list())]),
        "lists-of-nulls" => {
            let field = Arc::new(Field::new("item", DataType::Null, true));
            let offsets = arrow_array::ListArray::from_iter_primitive::<types::Int32Type, _, _>([
                Some(vec![None, None]),
                None,
            ]);
            let (_, offsets, _, nulls) = offsets.into_parts();
            let list = ListArray::new(field, offsets, array(NullArray::new(2)), nulls);
            arrow(vec![("l", array(list))])
        }
        "lists-of-durations" => {
            let field = Arc::new(Field::new("item", DataType::Duration(NANOSECOND), true));
            let offsets =
                ListArray::from_iter_primitive::<types::Int32Type, _, _>([Some(vec![Some(1)])]);
            let (_, offsets, _, nulls) = offsets.into_parts();
            let values = array(DurationNanosecondArray::from(vec![1]));
            arrow(vec![
                ("key", array(Int64Array::from(vec![1]))),
                ("l", array(ListArray::new(field, offsets, values, nulls))),
            ])
        }
        "lists-of-dictionaries" => {
            let values: DictionaryArray<types::Int32Type> = ["x", "y", "x"].into_iter().collect();
            let field = Arc::new(Field::new("item", values.data_type().clone(), true));
            let offsets = ListArray::from_iter_primitive::<types::Int32Type, _, _>([
                Some(vec![Some(0), Some(0)]),
                Some(vec![Some(0)]),
            ]);
            let (_, offsets, _, nulls) = offsets.into_parts();
            arrow(vec![("l", array(ListArray::new(field, offsets, array(values), nulls)))])
        }
        "maps" => {
            let mut map = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
            map.keys().append_value("a");
            map.values().append_value(1);
            map.keys().append_value("b");
            map.values().append_null();
            map.append(true).unwrap();
            map.append(true).unwrap();
            map.append(false).unwrap();
            arrow(vec![("m", array(map.finish()))])
        }
        "rows" => arrow(vec![("r", array(row(&["x", "y"])))]),
        "rows-with-twins" => arrow(vec![
            ("key", array(Int64Array::from(vec![1, 2]))),
            ("r", array(row(&["x", "x"]))),
        ]),
        "rows-in-lists" => {
            let row = row(&["x", "y"]);
            let field = Arc::new(Field::new("item", row.data_type().clone(), true));
            let offsets = ListArray::from_iter_primitive::<types::Int32Type, _, _>([
                Some(vec![Some(0), Some(0)]),
                Some(vec![]),
            ]);
            let (_, offsets, _, nulls) = offsets.into_parts();
            arrow(vec![("l", array(ListArray::new(field, offsets, array(row), nulls)))])
        }
        "never-null" => write(
            required(vec![("i", array(Int32Array::from(vec![1, 2])))]),
            WriterProperties::builder().build(),
        ),
        "no-rows" => arrow(vec![("i", array(Int32Array::from(Vec::<i32>::new())))]),
        "upper-case" => arrow(vec![("Id", numbers()), ("NAME", numbers())]),
        "names-in-two-cases" => arrow(vec![("a", numbers()), ("A", numbers())]),
        "odd-names" => arrow(vec![("a b", numbers()), ("größe", numbers()), ("\"q\"", numbers())]),
        "no-name" => arrow(vec![("", numbers())]),
        "same-name-twice" => raw::<Int32Type>(
            "message m { required int32 a; required int32 a; }",
            &[(&[1, 2], None), (&[3, 4], None)],
        ),
        "row-groups" => write(
            batch(vec![("i", array(Int64Array::from_iter_values(0..1000)))]),
            WriterProperties::builder().set_max_row_group_row_count(Some(7)).build(),
        ),
        "pages" => write(
            batch(vec![("i", array(Int64Array::from_iter_values(0..1000)))]),
            WriterProperties::builder()
                .set_data_page_row_count_limit(7)
                .set_write_batch_size(7)
                .build(),
        ),
        "pages-of-version-2" => write(
            batch(vec![("l", list())]),
            WriterProperties::builder().set_writer_version(WriterVersion::PARQUET_2_0).build(),
        ),
        "delta" => write(
            batch(vec![("i", array(Int64Array::from_iter_values(0..1000)))]),
            WriterProperties::builder()
                .set_dictionary_enabled(false)
                .set_encoding(Encoding::DELTA_BINARY_PACKED)
                .build(),
        ),
        "delta-of-texts" => write(
            batch(vec![("t", array(StringArray::from(vec!["same1", "same2", "other"])))]),
            WriterProperties::builder()
                .set_dictionary_enabled(false)
                .set_encoding(Encoding::DELTA_BYTE_ARRAY)
                .build(),
        ),
        "split-bytes" => write(
            batch(vec![("f", array(Float64Array::from(vec![1.5, -2.5])))]),
            WriterProperties::builder()
                .set_dictionary_enabled(false)
                .set_encoding(Encoding::BYTE_STREAM_SPLIT)
                .build(),
        ),
        "snappy" => compressed(Compression::SNAPPY),
        "gzip" => compressed(Compression::GZIP(Default::default())),
        "brotli" => compressed(Compression::BROTLI(Default::default())),
        "lz4" => compressed(Compression::LZ4),
        "lz4-raw" => compressed(Compression::LZ4_RAW),
        "zstd" => compressed(Compression::ZSTD(Default::default())),
        "no-statistics" => write(
            batch(vec![("i", numbers())]),
            WriterProperties::builder()
                .set_statistics_enabled(parquet::file::properties::EnabledStatistics::None)
                .build(),
        ),
        "without-arrow-schema" => {
            let batch = batch(vec![("i", array(Int64Array::from(vec![1, 2, 3]))), ("l", list())]);
            let options = ArrowWriterOptions::new().with_skip_arrow_metadata(true);
            let mut writer =
                ArrowWriter::try_new_with_options(Vec::new(), batch.schema(), options).unwrap();
            writer.write(&batch).unwrap();
            writer.into_inner().unwrap()
        }
        "many-columns" => {
            let names: Vec<String> = (0..500).map(|i| format!("c{i}")).collect();
            arrow(names.iter().map(|name| (name.as_str(), numbers())).collect())
        }
        "repeated" => raw::<Int32Type>(
            "message m { repeated int32 r; }",
            &[(&[1, 2, 3], Some((&[1, 1, 0, 1], &[0, 1, 0, 0])))],
        ),
        "repeated-groups" => raw::<Int32Type>(
            "message m { optional group g { repeated group r { required int32 x; } } }",
            &[(&[1, 2], Some((&[2, 2, 1, 0], &[0, 1, 0, 0])))],
        ),
        "list-of-two-levels" => raw::<Int32Type>(
            "message m { optional group l (LIST) { repeated int32 element; } }",
            &[(&[1, 2], Some((&[2, 2, 1, 0], &[0, 1, 0, 0])))],
        ),
        "footer-without-rows" | "footer-of-other-rows" => {
            let rows = if name == "footer-without-rows" { 0 } else { 7 };
            with_rows(raw::<Int64Type>("message m { required int64 i; }", &[(&[1, 2], None)]), rows)
        }
        "dictionary-at-zero" => with_dictionary_at(plain(), 0),
        "dictionary-behind-its-values" => with_dictionary_at(plain(), 1_000_000),
        "not-utf8" => raw::<ByteArrayType>(
            "message m { required binary t (UTF8); }",
            &[(&[ByteArray::from(vec![b'a', 0xff])], None)],
        ),
        "more-columns/1.parquet" => arrow(vec![("a", numbers())]),
        "more-columns/2.parquet" => arrow(vec![("b", numbers()), ("a", numbers())]),
        "nulls-in-one/1.parquet" => arrow(vec![("a", array(NullArray::new(1)))]),
        "nulls-in-one/2.parquet" => arrow(vec![("a", numbers())]),
        "other-types/1.parquet" => arrow(vec![("a", numbers())]),
        "other-types/2.parquet" => arrow(vec![("a", array(StringArray::from(vec!["x"])))]),
        "one-of-two-is-cut/1.parquet" => simple(),
        "one-of-two-is-cut/2.parquet" => cut(simple(), 100),
        "empty" => Vec::new(),
        "only-magic" => b"PAR1".to_vec(),
        "magic-twice" => b"PAR1PAR1".to_vec(),
        "no-magic-at-the-end" => cut(simple(), simple().len() - 1),
        "cut-in-the-footer" => cut(simple(), simple().len() - 30),
        "cut-in-the-data" => cut(simple(), 20),
        "text" => b"a,b\n1,2\n".repeat(10),
        "zeros" => vec![0; 100],
        "encrypted" => {
            let mut bytes = simple();
            let end = bytes.len();
            bytes[..4].copy_from_slice(b"PARE");
            bytes[end - 4..].copy_from_slice(b"PARE");
            bytes
        }
        "footer-too-long" => with_footer_length(u32::MAX),
        "footer-of-no-length" => with_footer_length(0),
        "damaged-page" => {
            let mut bytes = simple();
            // The header of the first page.
            bytes[4..10].fill(0xff);
            bytes
        }
        other => panic!("{other}"),
    }
}

const NANOSECOND: arrow_schema::TimeUnit = arrow_schema::TimeUnit::Nanosecond;

fn array(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}

fn numbers() -> ArrayRef {
    array(Int64Array::from(vec![1, 2]))
}

fn decimal(values: Vec<Option<i128>>, precision: u8, scale: i8) -> Decimal128Array {
    Decimal128Array::from(values).with_precision_and_scale(precision, scale).unwrap()
}

/// Two decimals of 256 bits: a value and NULL.
fn arrow_buffer(value: i128) -> Decimal256Array {
    let value = <types::Decimal256Type as ArrowPrimitiveType>::Native::from_i128(value);
    Decimal256Array::from(vec![Some(value), None])
}

/// Lists with NULL inside, without elements, and NULL.
fn list() -> ArrayRef {
    let mut list = ListBuilder::new(Int32Builder::new());
    list.append_value([Some(1), None]);
    list.append_value([]);
    list.append_null();
    array(list.finish())
}

fn large_list() -> ArrayRef {
    let mut list = LargeListBuilder::new(Int32Builder::new());
    list.append_value([Some(1), None]);
    list.append_value([]);
    list.append_null();
    array(list.finish())
}

fn fixed_list() -> ArrayRef {
    let mut list = FixedSizeListBuilder::new(Int32Builder::new(), 2);
    for value in [Some([Some(1), None]), Some([Some(2), Some(3)]), None] {
        for element in value.unwrap_or([None, None]) {
            list.values().append_option(element);
        }
        list.append(value.is_some());
    }
    array(list.finish())
}

/// Two rows, of an integer and a text.
fn row(names: &[&str; 2]) -> StructArray {
    let fields: Fields = vec![
        Field::new(names[0], DataType::Int32, true),
        Field::new(names[1], DataType::Utf8, true),
    ]
    .into();
    let numbers = array(Int32Array::from(vec![Some(1), None]));
    let texts = array(StringArray::from(vec![Some("a"), Some("b")]));
    StructArray::new(fields, vec![numbers, texts], None)
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn required(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let columns = columns.into_iter().map(|(name, array)| (name, array, false));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn arrow(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let columns: Vec<_> = columns;
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    write(batch, WriterProperties::builder().build())
}

fn write(batch: RecordBatch, properties: WriterProperties) -> Vec<u8> {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn compressed(compression: Compression) -> Vec<u8> {
    write(
        batch(vec![("i", numbers()), ("t", array(StringArray::from(vec!["x"; 2])))]),
        WriterProperties::builder().set_compression(compression).build(),
    )
}

/// A small file with nothing odd.
fn simple() -> Vec<u8> {
    arrow(vec![("a", numbers())])
}

/// One whose columns have no dictionaries.
fn plain() -> Vec<u8> {
    let properties = WriterProperties::builder().set_dictionary_enabled(false).build();
    write(batch(vec![("a", numbers())]), properties)
}

fn cut(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.truncate(length);
    bytes
}

fn with_footer_length(length: u32) -> Vec<u8> {
    let mut bytes = simple();
    let end = bytes.len();
    bytes[end - 8..end - 4].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// The values of a column, with their levels of definition and repetition.
type Values<'a, T> = (&'a [T], Option<(&'a [i16], &'a [i16])>);

/// A file as the format has it, not as Arrow would write it.
fn raw<T: Physical>(schema: &str, columns: &[Values<'_, T::T>]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Default::default()).unwrap();
    let mut group = file.next_row_group().unwrap();
    for (values, levels) in columns {
        let mut column = group.next_column().unwrap().unwrap();
        let (definition, repetition) = levels.unzip();
        column.typed::<T>().write_batch(values, definition, repetition).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    file.into_inner().unwrap()
}

/// The file of two rows with a footer that says another number of rows in all.
fn with_rows(mut bytes: Vec<u8>, rows: u8) -> Vec<u8> {
    // The number is the third field of the footer, and a list of structs the fourth.
    let footer = [0x16, 2 * 2, 0x19, 0x1c];
    let at = bytes.windows(4).rposition(|four| four == footer).expect("the number of rows");
    bytes[at + 1] = 2 * rows;
    bytes
}

/// The file with a footer that says its dictionaries are here.
fn with_dictionary_at(mut bytes: Vec<u8>, at: i64) -> Vec<u8> {
    // The length of the footer and the magic come last.
    let end = bytes.len() - 8;
    let footer = u32::from_le_bytes(bytes[end..end + 4].try_into().unwrap()) as usize;
    let footer = bytes.split_off(end - footer);
    let metadata = ParquetMetaDataReader::decode_metadata(&footer[..footer.len() - 8]).unwrap();
    let groups = metadata.row_groups().iter().map(|group| {
        let columns = group.columns().iter().map(|column| {
            column.clone().into_builder().set_dictionary_page_offset(Some(at)).build().unwrap()
        });
        let columns = columns.collect();
        group.clone().into_builder().set_column_metadata(columns).build().unwrap()
    });
    let metadata = ParquetMetaDataBuilder::new(metadata.file_metadata().clone())
        .set_row_groups(groups.collect())
        .build();
    ParquetMetaDataWriter::new(&mut bytes, &metadata).finish().unwrap();
    bytes
}
