//! What `lake.toml` says of tables, under `cargo lake refresh`.

use arrow_schema::DataType;

use crate::data::{parquet, schema};
use crate::folder::Folder;

const CONFIG: &str = "targets = ['datafusion']\n[source.local]\nurl = 'datafusion:data/'\n";

const CUSTOMERS: &str = "[table.'CRM.customers']\ndelimiter = ';'\nnull = '%&'\n\
                         [table.'CRM.customers'.columns]\nID = 'bigint not null'\nzip = 'varchar'\n\
                         amount = 'decimal(12,2)'\n";

#[test]
fn stated_types_stay() {
    let folder = Folder::new();
    folder.write("lake.toml", &format!("{CONFIG}{CUSTOMERS}"));
    folder.write("data/crm/customers.csv", "id;zip;amount;born\n1;01234;7;2000-01-01\n");
    let note = "note: lake.toml states the types of id, zip, amount of crm.customers\n\
                note: CSV and JSON state no types; those of crm.customers are guessed";
    folder.check(&["refresh"], 0, "  crm.customers is new (4 columns)\n", note);
    let columns = "[columns]\nid = \"bigint not null\"\nzip = \"varchar\"\n\
                   amount = \"decimal(12,2)\"\nborn = \"date\"\n";
    assert!(folder.read("schemas/crm/customers.toml").ends_with(columns));
    // Whatever the rows look like later; the others are guessed anew.
    folder.write("data/crm/customers.csv", "id;zip;amount;born\n1;99999;7.5;%&\n2;1;%&;soon\n");
    let changed = "! crm.customers has changed\n  ! column born is now varchar (was date)\n";
    folder.check(&["refresh"], 0, changed, note);
    let nothing = "nothing has changed (1 table)\n";
    let note = "note: lake.toml states the types of id, zip, amount of crm.customers\n";
    folder.check(&["refresh"], 0, nothing, note);
    // A value that does not fit is found with its line.
    folder.write("data/crm/customers.csv", "id;zip;amount;born\n1;1;7.5;x\n2;1;7.125;x\n");
    let output = folder.run(&["refresh"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("line 3 has `7.125` for column amount, which is not a decimal(12,2)"));
    assert_eq!(output.status.code(), Some(2));
    assert!(folder.read("schemas/crm/customers.toml").contains("amount = \"decimal(12,2)\"\n"));
}

#[test]
fn a_file_without_names_has_those_of_lake_toml() {
    let folder = Folder::new();
    let table = "[table.'s.t']\nformat = 'tsv'\nheader = false\npartitioned_by = ['day']\n\
                 columns = { a = 'integer', b = 'varchar', day = 'date' }\n";
    folder.write("lake.toml", &format!("{CONFIG}{table}"));
    folder.write("data/s/t/day=2026-01-31/part-0", "1\tx\n");
    // All types are stated, so that none is said to be guessed.
    let note = "note: lake.toml states the types of a, b, day of s.t\n";
    folder.check(&["refresh"], 0, "  s.t is new (3 columns)\n", note);
    assert!(folder.read("schemas/s/t.toml").ends_with(
        "partitioned_by = [\"day\"]\n\n[columns]\na = \"integer\"\nb = \"varchar\"\nday = \"date\"\n"
    ));
}

#[test]
fn what_is_stated_has_to_be_there() {
    for (said, expected) in [
        (
            "columns = { idd = 'bigint' }",
            "error: source `local`: s.t: lake.toml states a column `idd`, which the table does not \
             have; did you mean `id`?\n",
        ),
        (
            "columns = { id = 'integer' }",
            "error: source `local`: s.t: lake.toml states column id as integer, and it is read as \
             bigint; state this type, or leave the column out of lake.toml\n",
        ),
        (
            "delimiter = ';'",
            "error: source `local`: s.t: lake.toml states `delimiter` of table `s.t`, and `",
        ),
    ] {
        let folder = Folder::new();
        folder.write("lake.toml", &format!("{CONFIG}[table.'s.t']\n{said}\n"));
        parquet(&folder, "data/s/t.parquet", schema(&[("id", DataType::Int64, false)]));
        folder.check(&["refresh"], 2, "nothing has changed in what could be read", expected);
    }
    // What may be NULL is the author's to say.
    let folder = Folder::new();
    folder.write("lake.toml", &format!("{CONFIG}[table.'s.t'.columns]\nid = 'bigint'\n"));
    parquet(&folder, "data/s/t.parquet", schema(&[("id", DataType::Int64, false)]));
    let note = "note: lake.toml states the types of id of s.t\n";
    folder.check(&["refresh"], 0, "  s.t is new (1 column)\n", note);
    assert!(folder.read("schemas/s/t.toml").ends_with("[columns]\nid = \"bigint\"\n"));
    // A table that no source has is told.
    folder.write("lake.toml", &format!("{CONFIG}[table.'s.u']\nnull = ''\n"));
    let warning = "warning: lake.toml describes s.u, which no source has\n";
    folder.check(&["diff"], 1, "! s.t has changed\n", warning);
}
