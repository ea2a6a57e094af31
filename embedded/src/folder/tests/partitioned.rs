//! Rows in partitions are the same rows: queries answer as over the same rows in one file.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int32Array, Int64Array, StringArray};

use super::{Lake, Random};

/// A row: the values of its partition, and its own.
#[derive(Clone, Debug)]
struct Row {
    region: Option<&'static str>,
    day: Option<&'static str>,
    shop: Option<i32>,
    id: i64,
    x: Option<i32>,
    t: Option<&'static str>,
}

const REGIONS: [Option<&str>; 6] =
    [Some("EU"), Some("eu"), Some("a b/ü%"), Some("1x"), Some("="), None];
const DAYS: [Option<&str>; 4] = [Some("2024-01-31"), Some("2024-02-29"), Some("1969-12-31"), None];
const SHOPS: [Option<i32>; 4] = [Some(-1), Some(1), Some(20), None];

fn made(random: &mut Random) -> Vec<Row> {
    let texts = [Some("EU"), Some("eu"), Some("z"), Some(""), None];
    let row = |id| Row {
        region: REGIONS[random.below(REGIONS.len())],
        day: DAYS[random.below(DAYS.len())],
        shop: SHOPS[random.below(SHOPS.len())],
        id,
        x: [None, Some(-1), Some(1), Some(2), Some(20)][random.below(5)],
        t: texts[random.below(texts.len())],
    };
    (0..150).map(row).collect()
}

/// The name of the folder of a value.
fn folder<T: ToString>(key: &str, value: Option<T>) -> String {
    let Some(value) = value else { return format!("{key}=__HIVE_DEFAULT_PARTITION__") };
    let mut name = format!("{key}=");
    for byte in value.to_string().bytes() {
        match byte {
            b'/' | b'%' | b'=' | 0x80.. => name.push_str(&format!("%{byte:02X}")),
            byte => name.push(char::from(byte)),
        }
    }
    name
}

fn own(rows: &[Row]) -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("id", Arc::new(rows.iter().map(|row| Some(row.id)).collect::<Int64Array>())),
        ("x", Arc::new(rows.iter().map(|row| row.x).collect::<Int32Array>())),
        ("t", Arc::new(rows.iter().map(|row| row.t).collect::<StringArray>())),
    ]
}

fn all(rows: &[Row]) -> Vec<(&'static str, ArrayRef)> {
    let date = |row: &Row| Some(Date32Array::from(vec![days(row.day?)]).value(0));
    let mut columns = own(rows);
    columns.extend([
        (
            "region",
            Arc::new(rows.iter().map(|row| row.region).collect::<StringArray>()) as ArrayRef,
        ),
        ("day", Arc::new(rows.iter().map(date).collect::<Date32Array>())),
        ("shop", Arc::new(rows.iter().map(|row| row.shop).collect::<Int32Array>())),
    ]);
    columns
}

fn days(day: &str) -> i32 {
    let day: chrono::NaiveDate = day.parse().unwrap();
    day.signed_duration_since(chrono::NaiveDate::default()).num_days() as i32
}

fn csv(rows: &[Row], with_partition: bool) -> String {
    let mut text =
        String::from(if with_partition { "id,x,t,region,day,shop\n" } else { "id,x,t\n" });
    let quoted = |value: Option<&str>| value.map(|v| format!("\"{v}\"")).unwrap_or_default();
    let number = |value: Option<i32>| value.map(|v| v.to_string()).unwrap_or_default();
    for row in rows {
        text.push_str(&format!("{},{},{}", row.id, number(row.x), quoted(row.t)));
        if with_partition {
            let day = row.day.unwrap_or_default();
            text.push_str(&format!(",{},{day},{}", quoted(row.region), number(row.shop)));
        }
        text.push('\n');
    }
    text
}

/// The tables `s.parts` and `s.whole` of the same rows.
fn lake(rows: &[Row], ending: &str) -> Lake {
    let lake = Lake::new();
    let mut partitions: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        let (region, day) = (folder("region", row.region), folder("day", row.day));
        let path = format!("s/parts/{region}/{day}/{}", folder("Shop", row.shop));
        partitions.entry(path).or_default().push(row.clone());
    }
    for (path, rows) in partitions {
        // Two files in a folder, where there are enough rows.
        let (first, second) = rows.split_at(rows.len().div_ceil(2));
        for (name, rows) in [("0", first), ("1", second)] {
            let file = format!("{path}/{name}.{ending}");
            match ending {
                "csv" => lake.write(&file, csv(rows, false)),
                _ if rows.is_empty() => {}
                _ => lake.parquet(&file, &own(rows)),
            }
        }
    }
    match ending {
        "csv" => lake.write("s/whole.csv", csv(rows, true)),
        _ => lake.parquet("s/whole.parquet", &all(rows)),
    }
    lake
}

/// A condition over columns of the partition, of the files, and of both.
fn condition(random: &mut Random, depth: usize) -> String {
    const CONDITIONS: [&str; 46] = [
        "region = 'EU'",
        "region <> 'EU'",
        "region = 'eu'",
        "lower(region) = 'eu'",
        "region IN ('EU', '=', 'nowhere')",
        "region NOT IN ('EU', '1x')",
        "region NOT IN ('EU', NULL)",
        "region IN ('eu', NULL)",
        "region IS NULL",
        "region IS NOT NULL",
        "region LIKE '%u%'",
        "region NOT LIKE '%u%'",
        "region > 'EU'",
        "region BETWEEN '1' AND 'F'",
        "(region IS DISTINCT FROM 'EU')",
        "coalesce(region, 'eu') = 'eu'",
        "nullif(region, 'EU') IS NULL",
        "length(region) > 2",
        "CASE WHEN region = 'EU' THEN true WHEN region = 'eu' THEN false END",
        "day = DATE '2024-02-29'",
        "day <> DATE '2024-02-29'",
        "day >= DATE '2024-01-31'",
        "day < DATE '1970-01-01'",
        "day BETWEEN DATE '2024-01-01' AND DATE '2024-01-31'",
        "day IN (DATE '2024-01-31', DATE '1969-12-31')",
        "day NOT IN (DATE '2024-01-31')",
        "day IS NULL",
        "CAST(day AS varchar) LIKE '2024%'",
        "CAST(day AS timestamp) > TIMESTAMP '2024-01-31 00:00:00.001'",
        "day >= TIMESTAMP '2024-01-31 00:00:00'",
        "date_trunc('month', day) = DATE '2024-02-01'",
        "year(day) = 2024",
        "day + INTERVAL '1' DAY = DATE '2024-03-01'",
        "shop = 1",
        "shop <> 1",
        "shop + 1 > 1",
        "shop IN (1, 20)",
        "shop NOT IN (1, 5)",
        "shop > 1.5",
        "shop < 1e0",
        "shop IS NULL",
        "shop = x",
        "region = t",
        "x > 1",
        "x IS NULL",
        "t = 'EU'",
    ];
    if depth == 0 || random.below(4) == 0 {
        return random.pick(&CONDITIONS).to_owned();
    }
    let mut part = || condition(random, depth - 1);
    let (a, b) = (part(), part());
    match random.below(5) {
        0 | 1 => format!("({a} AND {b})"),
        2 | 3 => format!("({a} OR {b})"),
        _ => format!("NOT ({a})"),
    }
}

/// Queries over a table `T` with a condition.
fn queries(condition: &str) -> Vec<String> {
    [
        "SELECT id, region, day, shop, x, t FROM {t} WHERE {c}",
        "SELECT count(*) FROM {t} WHERE {c}",
        "SELECT DISTINCT region, shop FROM {t} WHERE {c}",
        "SELECT count(DISTINCT region), count(shop), sum(shop), min(day), max(day), max(region) FROM {t} WHERE {c}",
        "SELECT region, day, count(*), min(x) FROM {t} WHERE {c} GROUP BY region, day",
        "SELECT shop, region FROM {t} WHERE {c} ORDER BY region DESC, shop, id LIMIT 7",
        "SELECT a.id, b.id FROM (SELECT * FROM {t} WHERE {c}) a LEFT JOIN {t} b ON a.region = b.region AND a.shop = b.shop AND b.x = a.shop",
        "SELECT a.id FROM {t} a LEFT JOIN (SELECT * FROM {t} WHERE {c}) b ON a.day = b.day AND a.shop = b.shop WHERE b.region IS NULL",
        "SELECT count(*) FROM {t} WHERE region IN (SELECT region FROM {t} WHERE {c})",
        "SELECT count(*) FROM {t} WHERE region NOT IN (SELECT region FROM {t} WHERE region IS NOT NULL AND {c})",
        "SELECT id FROM {t} o WHERE EXISTS (SELECT 1 FROM {t} i WHERE i.shop = o.x AND {c})",
    ]
    .iter()
    .map(|query| query.replace("{c}", &format!("({condition})")))
    .collect()
}

async fn same_answers(ending: &str, seed: u64, conditions: usize) {
    let mut random = Random(seed);
    let rows = made(&mut random);
    let lake = lake(&rows, ending);
    let mut columns = lake.columns("s.parts").await;
    assert_eq!(columns[3..], ["region varchar", "day date", "shop integer"]);
    columns.truncate(3);
    assert_eq!(lake.columns("s.whole").await[..3], columns);
    let mut asked = 0;
    for _ in 0..conditions {
        for query in queries(&condition(&mut random, 3)) {
            let mut answers = Vec::new();
            for table in ["s.parts", "s.whole"] {
                let query = query.replace("{t}", table);
                let mut rows = lake.rows(&query).await;
                rows.sort();
                answers.push(rows);
            }
            assert_eq!(answers[0], answers[1], "{query}");
            asked += 1;
        }
    }
    assert_eq!(asked, conditions * 11);
}

#[tokio::test]
async fn parquet_answers_as_in_one_file() {
    same_answers("parquet", 0x5eed, 12).await;
}

#[tokio::test]
async fn csv_answers_as_in_one_file() {
    same_answers("csv", 0xc5f, 4).await;
}

/// What a filter says of a value that no other condition lets through is nobody's error.
#[tokio::test]
async fn a_filter_that_fails_for_another_partition_fails_nothing() {
    let lake = Lake::new();
    for value in ["1", "2", "x"] {
        let id: ArrayRef = Arc::new(Int64Array::from(vec![7]));
        lake.parquet(&format!("s/t/p={value}/0.parquet"), &[("id", id)]);
    }
    let query = "SELECT p, id FROM s.t WHERE p <> 'x' AND CAST(p AS integer) > 1";
    assert_eq!(lake.rows(query).await, ["2 7"]);
    let error = lake.error("SELECT p FROM s.t WHERE CAST(p AS integer) > 1").await;
    assert!(error.contains("'x'"), "{error}");
}

#[tokio::test]
async fn partitions_that_are_not_clear_are_errors() {
    for (files, expected) in [
        (
            &["day=1/a.csv", "other/a.csv"][..],
            "the folder `ROOT/s/t/other` of table `s.t` lies beside partitions such as `day=1`, and is in none; move it into a folder of the same key, as `day=…`, or out of the table's folder",
        ),
        (
            &["day=1/a.csv", "a.csv"],
            "the file `ROOT/s/t/a.csv` of table `s.t` lies beside partitions such as `day=1`, and is in none; move it into a folder of the same key, as `day=…`, or out of the table's folder",
        ),
        (
            &["Dt=1/a.csv", "dt=2/a.csv"],
            "the folders of table `s.t` spell one partition column both `Dt=` and `dt=`: `ROOT/s/t/Dt=1/a.csv` and `ROOT/s/t/dt=2/a.csv`; rename the folders so that all spell it alike",
        ),
        (
            &["day=1/a.csv", "day=01/a.csv"],
            "partition column day of table `s.t` has one number spelled both `01` and `1`: `ROOT/s/t/day=01/a.csv` and `ROOT/s/t/day=1/a.csv`; rename the folders so that each number has one spelling",
        ),
        (
            &["day=1/a.csv", "day=2/hour=1/a.csv"],
            "the files of table `s.t` are not partitioned alike: `ROOT/s/t/day=1/a.csv` is in a partition by day, and `ROOT/s/t/day=2/hour=1/a.csv` is in a partition by day, hour; move the files so that all are below folders of the same keys, in the same order",
        ),
        (
            &["a=1/b=1/a.csv", "b=1/a=1/a.csv"],
            "the files of table `s.t` are not partitioned alike: `ROOT/s/t/a=1/b=1/a.csv` is in a partition by a, b, and `ROOT/s/t/b=1/a=1/a.csv` is in a partition by b, a; move the files so that all are below folders of the same keys, in the same order",
        ),
        (
            &["a=1/A=2/a.csv"],
            "`ROOT/s/t/a=1/A=2` of table `s.t` is a partition by `a` twice; give every level of folders a key of its own",
        ),
        (
            &["X=1/a.csv"],
            "column x of table `s.t` is both the key of its partitions and a column of `ROOT/s/t/X=1/a.csv`; write the files without the column, or rename the folders to another key",
        ),
        (
            &["=1/a.csv"],
            "the partition `ROOT/s/t/=1` of table `s.t` has no key before the `=`; name the folder as `key=value`",
        ),
        (
            &["day=/a.csv"],
            "the partition `ROOT/s/t/day=` of table `s.t` has no value behind the `=`; the folder of rows without a value is `key=__HIVE_DEFAULT_PARTITION__`",
        ),
        (
            &["day=%ff/a.csv"],
            "the partition `ROOT/s/t/day=%ff` of table `s.t` is not UTF-8 when its `%` are decoded; write each byte of the value's UTF-8 as `%` and two hexadecimal digits",
        ),
    ] {
        let lake = Lake::new();
        for file in files {
            lake.write(&format!("s/t/{file}"), "x,y\n1,2\n");
        }
        assert_eq!(lake.error("SELECT * FROM s.t").await, expected);
    }
    // The same of Parquet.
    let lake = Lake::new();
    lake.parquet("s/t/X=1/a.parquet", &[("x", Arc::new(Int64Array::from(vec![7])))]);
    let error = lake.error("SELECT * FROM s.t").await;
    assert!(error.starts_with("column x of table `s.t` is both the key"), "{error}");
}

#[tokio::test]
async fn what_is_not_data_is_passed_over_at_every_level() {
    let lake = Lake::new();
    for file in [
        "_SUCCESS",
        "_temporary/0/part.csv",
        ".hidden/a.csv",
        "day=1/.part.csv.crc",
        "day=1/_SUCCESS",
        "day=1/_committed_1",
        "day=1/_temporary/part.csv",
        "_day=1.csv",
    ] {
        lake.write(&format!("s/t/{file}"), "not data");
    }
    std::fs::create_dir_all(lake.path("s/t/day=3/x").parent().unwrap()).unwrap();
    lake.write("s/t/day=1/a.csv", "x\n7\n");
    lake.write("s/t/day=2/2024/a.csv", "x\n8\n");
    assert_eq!(lake.rows("SELECT x, day FROM s.t ORDER BY x").await, ["7 1", "8 2"]);
    // Folders that are not partitions are read, too.
    lake.write("s/n/2023/a.csv", "x\n1\n");
    lake.write("s/n/2024/01/a.csv", "x\n2\n");
    lake.write("s/n/b.csv", "x\n3\n");
    assert_eq!(lake.rows("SELECT x FROM s.n ORDER BY x").await, ["1", "2", "3"]);
    // A key may begin with what is passed over otherwise.
    lake.write("s/u/_day=1/a.csv", "x\n7\n");
    assert_eq!(lake.rows("SELECT x, _day FROM s.u").await, ["7 1"]);
    // A link that leads back up.
    std::os::unix::fs::symlink(lake.path("s/loop"), lake.path("s/loop/again")).unwrap();
    let error = lake.error("SELECT * FROM s.loop").await;
    assert!(error.contains("the folders of table `s.loop` nest too deep"), "{error}");
}

/// A table that lies directly in the folder of all, as a copy of one often does.
#[tokio::test]
async fn a_table_of_partitions_needs_no_schema() {
    let lake = Lake::new();
    lake.write("sales/day=1/1.csv", "x\n7\n");
    lake.write("other/t.csv", "x\n8\n");
    assert_eq!(lake.rows("SELECT x, day FROM sales").await, ["7 1"]);
    assert_eq!(lake.rows("SELECT x FROM \"default\".sales").await, ["7"]);
    assert_eq!(lake.rows("SELECT x FROM other.t").await, ["8"]);
    assert!(lake.error("SELECT * FROM sales.x").await.contains("schema `sales` does not exist"));
    let contents = lake.session.folder().unwrap().contents(vec![], &[]).await.unwrap();
    let names: Vec<_> = contents.tables.iter().map(crate::Place::full_name).collect();
    assert_eq!(names, ["default.sales", "other.t"]);
    // Nor is it a lake itself.
    let error = crate::Folder::open(lake.path("sales"), None).unwrap_err().to_string();
    let expected = "has partitions in it: it is a table, and not a lake; connect to the folder that it lies in";
    assert!(error.contains(expected), "{error}");
}
