//! Refreshing from files of data.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;

use crate::folder::Folder;

const CONFIG: &str = "targets = ['datafusion']\n[source.local]\nurl = 'datafusion:data/'\n";

/// Writes a Parquet file with these columns and no rows.
pub(crate) fn parquet(folder: &Folder, name: &str, schema: SchemaRef) {
    let path = folder.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = File::create(path).unwrap();
    ArrowWriter::try_new(file, schema, None).unwrap().close().unwrap();
}

/// Columns: their names, types and whether they can be NULL.
pub(crate) fn schema(columns: &[(&str, DataType, bool)]) -> SchemaRef {
    let field =
        |(name, ty, nullable): &(&str, DataType, bool)| Field::new(*name, ty.clone(), *nullable);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// The snapshots of TPC-H in this repository are those of the data that the
/// examples make.
#[test]
fn the_repositorys_snapshots_are_those_of_the_data() {
    use tpchgen_arrow as tpch;
    let folder = Folder::new();
    folder.write("lake.toml", CONFIG);
    let tables = [
        ("customer", tpch::CustomerArrow::schema_ref()),
        ("lineitem", tpch::LineItemArrow::schema_ref()),
        ("nation", tpch::NationArrow::schema_ref()),
        ("orders", tpch::OrderArrow::schema_ref()),
        ("part", tpch::PartArrow::schema_ref()),
        ("partsupp", tpch::PartSuppArrow::schema_ref()),
        ("region", tpch::RegionArrow::schema_ref()),
        ("supplier", tpch::SupplierArrow::schema_ref()),
    ];
    for (name, schema) in &tables {
        parquet(&folder, &format!("data/tpch/{name}.parquet"), Arc::clone(schema));
    }
    // From a folder below: lake.toml's paths are relative to lake.toml.
    fs::create_dir(folder.path("src")).unwrap();
    let output = folder.run_in("src", &["lake", "refresh"]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.ends_with("8 new, 0 changed, 0 gone, 0 as before\n"), "{stdout}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/tpch");
    for (name, _) in tables {
        let ours = fs::read_to_string(ours.join(format!("{name}.toml"))).unwrap();
        assert_eq!(folder.read(&format!("schemas/tpch/{name}.toml")), ours);
    }
}

#[test]
fn a_schema_changes() {
    let folder = Folder::new();
    folder.write("lake.toml", CONFIG);
    let (id, at) = (("id", DataType::Int64, false), ("at", DataType::Date32, true));
    parquet(&folder, "data/shop/Sales.parquet", schema(&[id.clone(), at]));
    parquet(&folder, "data/shop/old.parquet", schema(std::slice::from_ref(&id)));
    let new = "  shop.old is new (1 column)\n  shop.Sales is new (2 columns)\n\n\
               2 new, 0 changed, 0 gone, 0 as before\n";
    folder.check(&["lake", "diff"], 1, new, "");
    assert!(!folder.path("schemas").exists());
    folder.check(&["lake", "refresh"], 0, new, "");
    folder.check(&["lake", "diff"], 0, "nothing has changed (2 tables)\n", "");
    assert_eq!(
        folder.read("schemas/shop/sales.toml"),
        "# Written by `cargo lake refresh`; do not edit by hand.\nversion = 1\nname = \"Sales\"\n\n\
         [columns]\nid = \"bigint not null\"\nat = \"date\"\n"
    );

    let amount = ("amount", DataType::Decimal128(15, 2), true);
    let narrow = ("id", DataType::Int32, true);
    parquet(&folder, "data/shop/Sales.parquet", schema(&[narrow, amount]));
    fs::remove_file(folder.path("data/shop/old.parquet")).unwrap();
    let changed = "\
! shop.old is gone
! shop.Sales has changed
  ! column at is gone (date)
  ! column id is now integer (was bigint)
  ! column id can be null now
    column amount is new (decimal(15,2))

What is marked with ! can break queries: `cargo check` finds them.
";
    let prune = "`cargo lake refresh --prune` removes the snapshots of what is gone.\n";
    let counts = "0 new, 1 changed, 1 gone, 0 as before\n";
    folder.check(&["diff"], 1, &format!("{changed}{prune}{counts}"), "");
    folder.check(&["refresh", "--prune", "local"], 0, &format!("{changed}{counts}"), "");
    assert!(!folder.path("schemas/shop/old.toml").exists());
    folder.check(&["diff"], 0, "nothing has changed (1 table)\n", "");
}

#[test]
fn guessed_types_are_told() {
    let folder = Folder::new();
    folder.write("lake.toml", CONFIG);
    folder.write("data/raw/people.csv", "id,name,born\n1,Ada,1815-12-10\n");
    folder.write("data/raw/events.ndjson", "{\"id\": 1, \"what\": \"x\"}\n");
    let note = "note: CSV and JSON state no types; those of raw.events, raw.people are guessed";
    let new = "  raw.events is new (2 columns)\n  raw.people is new (3 columns)\n";
    folder.check(&["refresh"], 0, new, note);
    // Told once, when they are new or change.
    folder.check(&["diff"], 0, "nothing has changed (2 tables)\n", "");
    assert!(
        folder
            .read("schemas/raw/people.toml")
            .ends_with("[columns]\nid = \"bigint\"\nname = \"varchar\"\nborn = \"date\"\n")
    );
}

#[test]
fn partitions_are_told_with_what_was_guessed() {
    let folder = Folder::new();
    folder.write("lake.toml", CONFIG);
    for (day, region) in [("2026-01-31", "EU"), ("2026-02-01", "EU"), ("2026-02-01", "US")] {
        let path = format!("data/shop/sales/day={day}/region={region}");
        let columns =
            [("id", if region == "US" { DataType::Int64 } else { DataType::Int32 }, false)];
        parquet(&folder, &format!("{path}/0.parquet"), schema(&columns));
        parquet(&folder, &format!("{path}/1.parquet"), schema(&columns));
    }
    let note = "note: folders state no types; day date, region varchar of shop.sales are guessed \
                from the names of 3 partitions\n";
    folder.check(&["refresh"], 0, "  shop.sales is new (3 columns)\n", note);
    assert_eq!(
        folder.read("schemas/shop/sales.toml"),
        "# Written by `cargo lake refresh`; do not edit by hand.\nversion = 1\nname = \"sales\"\n\
         partitioned_by = [\"day\", \"region\"]\n\n\
         [columns]\nid = \"bigint not null\"\nday = \"date\"\nregion = \"varchar\"\n"
    );
    folder.check(&["refresh"], 0, "nothing has changed (1 table)\n", "");
}

#[test]
fn what_cannot_be_read_stops_nothing_else() {
    let folder = Folder::new();
    folder.write("lake.toml", CONFIG);
    parquet(&folder, "data/shop/ok.parquet", schema(&[("id", DataType::Int64, false)]));
    folder.write("data/shop/broken.parquet", "this is no Parquet");
    folder.write("schemas/shop/broken.toml", "version = 1");
    folder.check(
        &["refresh", "--prune"],
        2,
        "  shop.ok is new (1 column)\n",
        "error: source `local`: shop.broken: ",
    );
    // What it said before may still be true.
    assert_eq!(folder.read("schemas/shop/broken.toml"), "version = 1");

    fs::remove_dir_all(folder.path("data")).unwrap();
    folder.check(
        &["refresh", "--prune"],
        2,
        "nothing has changed",
        "error: source `local`: `data/",
    );
    assert!(folder.path("schemas/shop/ok.toml").exists());

    folder.write("lake.toml", &format!("{CONFIG}schemas = ['shop', 'shpo']"));
    parquet(&folder, "data/shop/ok.parquet", schema(&[("id", DataType::Int64, false)]));
    let missing = "error: source `local`: schema `shpo` does not exist";
    folder.check(&["refresh"], 2, "! shop.broken is gone", missing);
}
