//! Reading the names of types, of lake SQL and of each server.

use lakequery::fuzzing::{spark, trino};
use lakequery_types::Type;

use crate::{Property, files};

pub(crate) const PROPERTY: Property =
    Property { name: "type_name", holds, seeds, memory: (1 << 17, 1 << 12) };

fn seeds() -> Vec<Vec<u8>> {
    let mut names: Vec<String> = Vec::new();
    for file in files::texts("schemas", "toml") {
        let types = file.lines().filter_map(|line| Some(line.split_once(" = \"")?.1));
        names.extend(types.map(|ty| ty.trim_end_matches('"').replace("\\\"", "\"")));
    }
    for answer in crate::answer::recorded() {
        let Some(answer) = trino::answer(answer.as_bytes()) else { continue };
        names.extend(answer.columns.into_iter().flatten().map(|(_, ty)| ty));
    }
    names.extend(crate::thrift::described());
    for name in [
        "array(row(\"a b\" bigint not null, \"quo\"\"te\" double))",
        "map(varchar(3),array(char(5) not null))",
        "timestamp(12) with time zone",
        "interval day to second",
        "row(bigint, x decimal(38,10))",
        "struct<a:int,b:array<map<string collate UTF8_LCASE,decimal(3,1)>>>",
        "struct<a:b:int,c d:timestamp_ntz>",
        "interval year to month",
        "qdigest(bigint)",
        "double precision",
    ] {
        names.push(name.to_owned());
    }
    names.sort();
    names.dedup();
    files::bytes(names)
}

fn holds(input: &[u8]) {
    let name = &*String::from_utf8_lossy(input);
    match Type::parse(name) {
        Ok(ty) => reads_back(&ty),
        Err(error) => assert!(error.to_string().contains("is not a type: "), "{error}"),
    }
    if let Some(ty) = spark::lake_type(name) {
        reads_back(&ty);
    }
    let _ = trino::data_type(name);
}

fn reads_back(ty: &Type) {
    let name = ty.to_string();
    assert_eq!(Type::parse(&name).as_ref(), Ok(ty), "{name}");
}
