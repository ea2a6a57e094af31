//! The format: what is read is written back, and mistakes are told.

use std::path::Path;

use lakequery_types::Engine;

use crate::{CaseFile, Expectation, Remark, files};

const PAGE: &str = "\
# A page

```lake schema=tpch targets=spark,trino own-tables named
SELECT a,
    b
    ^ unknown-column: column `b` does not exist
    help: the columns are `a`
FROM t
columns: a integer
parameters:

SELECT 2
spark: SELECT 2
^^^^^^ trino: refused: no
```
";

fn parse(text: &str) -> Result<CaseFile, String> {
    CaseFile::parse(Path::new("page.md"), "page.md", text)
}

#[test]
fn a_case_has_its_place_settings_query_and_expectations() {
    let page = parse(PAGE).unwrap();
    let [first, second] = page.cases().collect::<Vec<_>>()[..] else { panic!("two cases") };
    assert_eq!((first.place.as_str(), second.place.as_str()), ("page.md:4", "page.md:12"));
    assert_eq!(first.settings.schema.as_deref(), Some("tpch"));
    assert_eq!(first.settings.targets, [Engine::Spark, Engine::Trino]);
    assert!(first.settings.own_tables && first.settings.named);
    assert_eq!(first.sql, "SELECT a,\n    b\nFROM t");
    let expected = [Expectation::Errors(None), Expectation::Columns, Expectation::Parameters];
    assert_eq!(first.expectations, expected);
    let expected = [Expectation::Sql(Engine::Spark), Expectation::Errors(Some(Engine::Trino))];
    assert_eq!(second.expectations, expected);
}

#[test]
fn what_is_said_stands_below_its_place() {
    let page = parse(PAGE).unwrap();
    let case = page.cases().next().unwrap();
    let remark = |bytes, text: &str| Remark {
        bytes,
        text: text.to_owned(),
        details: vec!["help: so".to_owned()],
    };
    let remarks = [remark(7..15, "x: over two lines"), remark(22..22, "y: at the end")];
    let facts = [("spark".to_owned(), "SELECT 'a\nb'".to_owned())];
    let expected = "\
SELECT a,
       ^^
    b
    ^ x: over two lines
    help: so
FROM t
      ^ y: at the end
      help: so
spark: SELECT 'a␤b'
";
    assert_eq!(case.render(&remarks, &facts), expected);
    assert!(!case.is(expected));
}

#[test]
fn files_are_written_back_as_they_are() {
    for file in files() {
        let text = std::fs::read_to_string(&file.path).unwrap();
        assert_eq!(file.rewrite(|case| case.text.clone()), text, "{}", file.path.display());
        assert!(file.cases().all(|case| case.is(&case.text)));
    }
}

#[test]
fn mistakes_are_told_with_their_line() {
    let mistakes = [
        ("```sql\n```\n", "page.md:1: a block of cases begins with ```lake"),
        ("```lake\n\n```\n", "page.md:3: there is no case in the block"),
        ("```lake\nSELECT 1\n", "page.md: the last block is not closed"),
        ("```lake shema=a\n", "page.md:1: `shema=a` is not a setting of a block"),
        ("```lake targets=mysql\n", "page.md:1: `mysql` is not an engine"),
        ("```lake\ncolumns: a integer\n```\n", "page.md:3: there is no query"),
    ];
    for (text, expected) in mistakes {
        assert_eq!(parse(text).unwrap_err(), expected);
    }
}
