//! Tables of `lake.toml` texts with what they mean, or what is wrong with them.

use lakequery_types::{FileFormat, FileOptions, Type};

use super::*;
use crate::snapshot;

fn column(name: &str, ty: Type, nullable: bool) -> snapshot::Column {
    snapshot::Column { name: name.to_owned(), ty, nullable, comment: None }
}

fn names(pairs: &[(Engine, &str)]) -> BTreeMap<Engine, String> {
    pairs.iter().map(|(engine, name)| (*engine, (*name).to_owned())).collect()
}

/// What is wrong with a text, a line for each mistake.
fn mistakes(text: &str) -> Vec<String> {
    Config::parse(text).unwrap_err().0.iter().map(ToString::to_string).collect()
}

#[test]
fn everything_that_can_be_written() {
    let text = r#"
        targets = ["trino", "datafusion"]
        schemas = "lake/schemas"
        default_schema = "TPCH"

        [source.local]
        url = "datafusion:data/"
        schemas = ["tpch", "Sales"]

        [source."the cluster"]
        url = "trino://u:${PW}@host/hive"

        [schema.tpch]
        trino = "hive.tpch"
        dremio = ""

        [schema.Sales]

        [table."CRM.Customers"]
        format = "csv"
        delimiter = ";"
        quote = "'"
        escape = "\\"
        header = false
        null = "\\N"
        partitioned_by = ["Day"]

        [table."CRM.Customers".columns]
        Id = "bigint not null"
        amount = "decimal(12,2)"
        day = "date"

        [table.orders]
        quote = ""
    "#;
    let expected = Config {
        targets: vec![Engine::Trino, Engine::DataFusion],
        schemas: "lake/schemas".into(),
        default_schema: Some("tpch".into()),
        sources: BTreeMap::from([
            (
                "local".into(),
                Source {
                    url: "datafusion:data/".into(),
                    schemas: vec!["tpch".into(), "sales".into()],
                },
            ),
            (
                "the cluster".into(),
                Source { url: "trino://u:${PW}@host/hive".into(), schemas: vec![] },
            ),
        ]),
        schema_names: BTreeMap::from([
            ("tpch".into(), names(&[(Engine::Trino, "hive.tpch"), (Engine::Dremio, "")])),
            ("sales".into(), names(&[])),
        ]),
        tables: BTreeMap::from([
            (
                ("crm".into(), "customers".into()),
                TableConfig {
                    columns: vec![
                        column("Id", Type::BigInt, false),
                        column("amount", Type::decimal(12, 2), true),
                        column("day", Type::Date, true),
                    ],
                    options: FileOptions {
                        format: Some(FileFormat::Csv),
                        delimiter: Some(';'),
                        quote: Some(Some('\'')),
                        escape: Some('\\'),
                        header: Some(false),
                        null: Some("\\N".into()),
                        names: vec!["Id".into(), "amount".into()],
                        partitioned_by: vec!["Day".into()],
                    },
                },
            ),
            (
                ("tpch".into(), "orders".into()),
                TableConfig {
                    columns: vec![],
                    options: FileOptions { quote: Some(None), ..FileOptions::default() },
                },
            ),
        ]),
    };
    assert_eq!(Config::parse(text), Ok(expected));
}

#[test]
fn the_least_that_can_be_written() {
    let expected = Config {
        targets: vec![Engine::Spark],
        schemas: "schemas".into(),
        default_schema: None,
        sources: BTreeMap::new(),
        schema_names: BTreeMap::new(),
        tables: BTreeMap::new(),
    };
    assert_eq!(Config::parse("targets = ['spark']"), Ok(expected));
}

#[test]
fn mistakes_are_named_with_line_and_column() {
    for (text, expected) in [
        ("", {
            "1:1: `targets` is missing: the engines that every query is compiled for, such as \
             targets = [\"datafusion\"]; there are `datafusion`, `trino`, `presto`, `dremio`, \
             `spark` and `databricks`"
        }),
        ("targets = []", {
            "1:11: `targets` names no engine; there are `datafusion`, `trino`, `presto`, \
             `dremio`, `spark` and `databricks`"
        }),
        ("targets = 'trino'", "1:11: `targets` is a list of strings, and this is a string"),
        ("targets = ['trino', 1]", "1:21: `targets` holds strings, and this is a whole number"),
        ("targets = ['trinoo']", "1:12: engine `trinoo` does not exist; did you mean `trino`?"),
        ("targets = ['oracle']", {
            "1:12: engine `oracle` does not exist; the engines are datafusion, trino, presto, \
             dremio, spark, databricks"
        }),
        ("targets = ['Trino']", "1:12: engine `Trino` does not exist; did you mean `trino`?"),
        ("targets = ['trino', 'trino']", "1:21: `trino` is in `targets` twice"),
        ("target = ['trino']", "1:1: unknown key `target`; did you mean `targets`?"),
        ("targets = ['trino']\nfoo = 1", {
            "2:1: unknown key `foo`; the keys here are `targets`, `schemas`, `default_schema`, \
             `source`, `schema` and `table`"
        }),
        ("[table.crm.customers]\nheader = true", {
            "1:8: the name of a table is one key, in quotes: write [table.\"crm.customers\"]"
        }),
        ("[table.customers]\nheader = true", {
            "1:8: a table is named with its schema, since there is no `default_schema`: write \
             [table.\"schema.customers\"]"
        }),
        ("[table.'crm.']", {
            "1:8: `crm.` is not the name of a table; write [table.\"schema.name\"]"
        }),
        ("[table.'a.b']\n[table.'A.b']", "2:8: table `A.b` is written twice"),
        ("[table.'a.b']\ndelimeter = ';'", {
            "2:1: unknown key `delimeter`; did you mean `delimiter`?"
        }),
        ("[table.'a.b']\nformat = 'parquett'", {
            "2:10: format `parquett` does not exist; did you mean `parquet`?"
        }),
        ("[table.'a.b']\nformat = 'xlsx'", {
            "2:10: format `xlsx` does not exist; the formats are `parquet`, `orc`, `avro`, `csv`, \
             `tsv` and `json`"
        }),
        ("[table.'a.b']\nformat = 'json'\nnull = ''", {
            "2:10: `null` is an option of `csv` and `tsv`, and the format is `json`"
        }),
        ("[table.'a.b']\ndelimiter = '||'", {
            "2:13: `delimiter` is one character of ASCII other than a line break, and this is `||`"
        }),
        ("[table.'a.b']\ndelimiter = \"\\n\"", {
            "2:13: `delimiter` is one character of ASCII other than a line break, and this is `\\n`"
        }),
        ("[table.'a.b']\nquote = '»'", {
            "2:9: `quote` is one character of ASCII other than a line break, or \"\" where there \
             are no quotes, and this is `»`"
        }),
        ("[table.'a.b']\nescape = ''", {
            "2:10: `escape` is one character of ASCII other than a line break, and this is no \
             character"
        }),
        ("[table.'a.b']\nquote = ';'\ndelimiter = ';'", {
            "2:9: `quote` and `delimiter` are the same character"
        }),
        ("[table.'a.b']\nheader = 'no'", "2:10: `header` is true or false, and this is a string"),
        ("[table.'a.b']\nheader = false", {
            "2:10: without a first line that names them, the columns of `a.b` are named here, in \
             their order: [table.\"a.b\".columns]"
        }),
        ("[table.'a.b'.columns]\nid = 'bigintt'", {
            "2:6: column `id`: `bigintt` is not a type: type `bigintt` does not exist; did you mean `bigint`?"
        }),
        ("[table.'a.b'.columns]\nid = 'bigint'\nID = 'date'", {
            "3:1: column `ID` is already there as `id`; names differ by more than case"
        }),
        ("[table.'a.b']\npartitioned_by = ['day', 'Day']", {
            "2:26: `Day` is in `partitioned_by` twice"
        }),
        ("schemas = ''", {
            "1:11: `schemas` is the folder of the snapshots, relative to this file; \
             it can't be empty"
        }),
        ("schemas = true", "1:11: `schemas` is a string, and this is true or false"),
        ("default_schema = ''", "1:18: a schema needs a name"),
        ("default_schema = 'hive.tpch'", {
            "1:18: a logical schema has one name with no point in it; \
             what an engine calls it stands under [schema.tpch]"
        }),
        ("default_schema = 'a/b'", {
            "1:18: `a/b` can't be a schema: its name is also that of a folder"
        }),
        ("source = 'x'", "1:10: `source` is a table, and this is a string"),
        ("[source]\nlocal = 'datafusion:data/'", {
            "2:9: `local` is a table, and this is a string"
        }),
        ("[source.local]", {
            "1:9: source `local` has no `url`; write one such as url = \"datafusion:data/\""
        }),
        ("[source.local]\nurl = ''", {
            "2:7: the URL is empty; write one such as \"datafusion:data/\""
        }),
        ("[source.local]\nurl = 'x'\nschema = ['a']", {
            "3:1: unknown key `schema`; did you mean `schemas`?"
        }),
        ("[source.local]\nurl = 'x'\nschemas = ['a', 'A']", "3:17: schema `a` is listed twice"),
        ("[source.l]\nurl = 'trino://me:geheim@host'", {
            "2:7: the password is written out in the URL; put it into an environment variable \
             and write `${NAME}` here"
        }),
        ("[sources.local]\nurl = 'x'", "1:2: unknown key `sources`; did you mean `source`?"),
        ("[schema.tpch]\ntrinno = 'x'", {
            "2:1: engine `trinno` does not exist; did you mean `trino`?"
        }),
        ("[schema.tpch]\ntrino = 5", "2:9: `trino` is a string, and this is a whole number"),
        ("[schema.tpch]\ntrino = 'hive.'", {
            "2:9: the name of schema `tpch` on trino has a part with no name"
        }),
        ("[schema.tpch]\ntrino = '\"hive\".tpch'", {
            "2:9: the name of schema `tpch` on trino is written without quotes; \
             only a point separates its parts"
        }),
        ("[schema.tpch]\n[schema.TPCH]", "2:9: schema `TPCH` is written twice"),
        ("[schema.tpch]\n[schema.tpch]", "2:9: `tpch` is written twice"),
        ("# größe\nschemas = 'ä'\nschemas = 'b'", "3:1: `schemas` is written twice"),
    ] {
        let mut found = mistakes(text);
        // Most of these texts lack `targets` on purpose: what they have is enough.
        found.retain(|line| line == expected || !line.starts_with("1:1: `targets` is missing"));
        assert_eq!(found, [expected], "{text}");
    }
    // The last two would overflow the stack of who reads them by recursion alone.
    let (deep, keys) = ("[".repeat(100_000), "a.".repeat(100_000) + "a = 1");
    for text in ["targets = [", "targets", "= 1", "[", "a = \u{0}", &format!("a = {deep}"), &keys] {
        let found = mistakes(text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(": this is not TOML: "), "{found:?}");
    }
}

#[test]
fn all_mistakes_are_told_in_the_order_of_the_file() {
    let text = "\
default_shema = 'tpch'
targets = ['sparc', 1, 'trino', 'trino']
schemas = ''

[source.local]
schemas = ['a', 'A', '']

[source.cluster]
uri = 'trino://host'
schemas = 5

[schema.tpch]
trinno = 'x'
spark = 'a..b'
";
    assert_eq!(
        mistakes(text),
        [
            "1:1: unknown key `default_shema`; did you mean `default_schema`?",
            "2:12: engine `sparc` does not exist; did you mean `spark`?",
            "2:21: `targets` holds strings, and this is a whole number",
            "2:33: `trino` is in `targets` twice",
            "3:11: `schemas` is the folder of the snapshots, relative to this file; \
             it can't be empty",
            "5:9: source `local` has no `url`; write one such as url = \"datafusion:data/\"",
            "6:17: schema `a` is listed twice",
            "6:22: a schema needs a name",
            // That the URL is missing follows from this.
            "9:1: unknown key `uri`; did you mean `url`?",
            "10:11: `schemas` is a list of strings, and this is a whole number",
            "13:1: engine `trinno` does not exist; did you mean `trino`?",
            "14:9: the name of schema `tpch` on spark has a part with no name",
        ]
    );
    assert_eq!(
        mistakes("schemas = 1"),
        [
            "1:1: `targets` is missing: the engines that every query is compiled for, such as \
             targets = [\"datafusion\"]; there are `datafusion`, `trino`, `presto`, `dremio`, \
             `spark` and `databricks`",
            "1:11: `schemas` is a string, and this is a whole number",
        ]
    );
    assert_eq!(
        mistakes("schemas = 'a'\nschemas = 'b'\nx = 1\nx = 2"),
        ["2:1: `schemas` is written twice", "4:1: `x` is written twice"]
    );
    // What follows a bracket that is not closed is no mistake of its own.
    assert_eq!(mistakes("targets = ['trino'\nschemas = 'x'\nx = 1").len(), 1);
}

#[test]
fn the_default_text_says_what_it_seems_to_say() {
    let config = Config::parse(Config::default_text()).unwrap();
    assert_eq!(config.targets, [Engine::DataFusion]);
    assert_eq!(config.sources["local"].url, "datafusion:data/");
    // What is commented out has to be right too, once its `# ` is taken away.
    let all: String = Config::default_text()
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(code) if code.starts_with('[') || code.contains(" = ") => code,
            _ => line,
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let config = Config::parse(&all).unwrap();
    assert_eq!(config.sources.len(), 2);
    assert_eq!(config.default_schema.as_deref(), Some("sales"));
    assert_eq!(config.schema_names["sales"].len(), 2);
}

/// Every `toml` block of the page is a `lake.toml`, the end of one, or a snapshot.
#[test]
fn the_documentation_parses() {
    let page = include_str!("../../../docs/lake-toml.md");
    let mut blocks = 0;
    for block in page.split("```toml\n").skip(1) {
        let block = block.split("```").next().unwrap();
        if block.contains("version = 1") {
            snapshot::file::parse("a_schema", block).unwrap();
            continue;
        }
        let whole = if block.contains("targets =") {
            block.to_owned()
        } else {
            format!("targets = [\"trino\"]\n{block}")
        };
        assert_eq!(Config::parse(&whole).err(), None, "{whole}");
        blocks += 1;
    }
    assert_eq!(blocks, 7);
    for heading in [
        "`targets`",
        "`schemas`",
        "`default_schema`",
        "`[source.NAME]`",
        "`[schema.NAME]`",
        "`[table.\"SCHEMA.NAME\"]`",
    ] {
        assert!(page.contains(&format!("## {heading}\n")), "{heading} is not on the page");
    }
    for engine in Engine::ALL {
        assert!(page.contains(&format!("`{engine}`")), "{engine} is not on the page");
    }
}
