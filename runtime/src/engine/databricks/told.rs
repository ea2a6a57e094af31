//! What `DESCRIBE TABLE EXTENDED … AS JSON` tells of a table.

use lakequery_types::json::{Malformed, Reader};
use lakequery_types::{Field, Item, MAX_PRECISION, Type};

type Read<T> = Result<T, Malformed>;

/// How deep types may nest.
const MAX_DEPTH: usize = 64;

/// The collation by which texts are equal where their bytes are.
const BY_BYTES: &str = "UTF8_BINARY";

/// A table as it is told.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Told {
    pub(super) columns: Vec<Column>,
    pub(super) comment: Option<String>,
    pub(super) partitioned_by: Vec<String>,
}

/// A column as it is told.
#[derive(Debug, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    /// Its type; the name of one that lake SQL does not have.
    pub(super) ty: Result<Type, String>,
    pub(super) nullable: bool,
    pub(super) comment: Option<String>,
}

impl Told {
    pub(super) fn parse(text: &str) -> Read<Told> {
        let mut json = Reader::new(text);
        let mut told = Told::default();
        object(&mut json, |json, key| {
            match key {
                "columns" => array(json, |json| {
                    told.columns.push(column(json)?);
                    Ok(())
                })?,
                "comment" => told.comment = string(json)?.filter(|text| !text.is_empty()),
                "partition_columns" => array(json, |json| {
                    told.partitioned_by.extend(string(json)?);
                    Ok(())
                })?,
                _ => drop(json.skip()?),
            }
            Ok(())
        })?;
        json.end()?;
        told.partitioned_by.retain(|name| told.columns.iter().any(|column| column.name == *name));
        Ok(told)
    }
}

fn column(json: &mut Reader<'_>) -> Read<Column> {
    let (mut name, mut ty, mut nullable, mut comment) = (String::new(), None, true, None);
    object(json, |json, key| {
        match key {
            "name" => name = string(json)?.unwrap_or_default(),
            "type" => ty = Some(Node::read(json, 0)?),
            "nullable" => nullable = boolean(json)?,
            "comment" => comment = string(json)?.filter(|text| !text.is_empty()),
            _ => drop(json.skip()?),
        }
        Ok(())
    })?;
    let ty = ty.ok_or_else(|| json.malformed("the type of a column"))?;
    Ok(Column { name, ty: ty.lake(), nullable, comment })
}

/// A type as it is told.
#[derive(Debug, Default)]
struct Node {
    name: String,
    precision: Option<u8>,
    scale: Option<u8>,
    collation: Option<String>,
    /// The first of an interval's units.
    start_unit: Option<String>,
    /// What is in it: elements, keys and values, or fields.
    element: Option<Box<Node>>,
    element_nullable: bool,
    key: Option<Box<Node>>,
    value: Option<Box<Node>>,
    value_nullable: bool,
    fields: Vec<(String, Node, bool)>,
}

impl Node {
    fn read(json: &mut Reader<'_>, depth: usize) -> Read<Node> {
        if depth > MAX_DEPTH {
            return Err(json.malformed("a type that is not nested so deep"));
        }
        let mut node = Node { element_nullable: true, value_nullable: true, ..Node::default() };
        let deeper =
            |json: &mut Reader<'_>| Node::read(json, depth + 1).map(|node| Some(node.into()));
        object(json, |json, key| {
            match key {
                "name" => node.name = string(json)?.unwrap_or_default(),
                "precision" => node.precision = json.number()?.parse().ok(),
                "scale" => node.scale = json.number()?.parse().ok(),
                "collation" => node.collation = string(json)?,
                "start_unit" => node.start_unit = string(json)?,
                "element_type" => node.element = deeper(json)?,
                "element_nullable" => node.element_nullable = boolean(json)?,
                "key_type" => node.key = deeper(json)?,
                "value_type" => node.value = deeper(json)?,
                "value_nullable" => node.value_nullable = boolean(json)?,
                "fields" => array(json, |json| {
                    let (mut name, mut ty, mut nullable) = (String::new(), Node::default(), true);
                    object(json, |json, key| {
                        match key {
                            "name" => name = string(json)?.unwrap_or_default(),
                            "type" => ty = Node::read(json, depth + 1)?,
                            "nullable" => nullable = boolean(json)?,
                            _ => drop(json.skip()?),
                        }
                        Ok(())
                    })?;
                    node.fields.push((name, ty, nullable));
                    Ok(())
                })?,
                _ => drop(json.skip()?),
            }
            Ok(())
        })?;
        Ok(node)
    }

    /// The type of lake SQL; the name where it has none.
    fn lake(&self) -> Result<Type, String> {
        let inner = |node: &Option<Box<Node>>| match node {
            Some(node) => node.lake(),
            None => Err(self.name.clone()),
        };
        Ok(match self.name.as_str() {
            "boolean" => Type::Boolean,
            "tinyint" | "byte" => Type::TinyInt,
            "smallint" | "short" => Type::SmallInt,
            "int" | "integer" => Type::Integer,
            "bigint" | "long" => Type::BigInt,
            "float" | "real" => Type::Real,
            "double" => Type::Double,
            "decimal" => match (self.precision, self.scale) {
                (Some(p @ 1..=MAX_PRECISION), Some(s)) if s <= p => Type::decimal(p, s),
                _ => return Err(self.name.clone()),
            },
            "string" | "varchar" | "char" => match self.collation.as_deref() {
                None | Some(BY_BYTES) => Type::VARCHAR,
                // Its texts are equal, and sorted, otherwise than in lake SQL.
                Some(collation) => return Err(format!("string collate {collation}")),
            },
            "binary" => Type::Varbinary,
            "date" => Type::Date,
            "timestamp" | "timestamp_ltz" => Type::TimestampTz(6),
            "timestamp_ntz" => Type::Timestamp(6),
            "interval" => match self.start_unit.as_deref() {
                Some("year" | "month") => Type::IntervalYearToMonth,
                Some("day" | "hour" | "minute" | "second") => Type::IntervalDayToSecond,
                _ => return Err(self.name.clone()),
            },
            "variant" => Type::Json,
            "array" => {
                let ty = inner(&self.element)?;
                Type::Array(Item { ty, nullable: self.element_nullable }.into())
            }
            "map" => {
                let (key, ty) = (inner(&self.key)?, inner(&self.value)?);
                Type::Map(key.into(), Item { ty, nullable: self.value_nullable }.into())
            }
            "struct" if !self.fields.is_empty() => {
                let fields = self.fields.iter().map(|(name, node, nullable)| {
                    let (name, ty) = (Some(name.clone()), node.lake()?);
                    Ok(Field { name, ty, nullable: *nullable })
                });
                Type::Row(fields.collect::<Result<_, String>>()?)
            }
            name => return Err(name.to_owned()),
        })
    }
}

fn object(
    json: &mut Reader<'_>,
    mut each: impl FnMut(&mut Reader<'_>, &str) -> Read<()>,
) -> Read<()> {
    json.object()?;
    let mut first = true;
    while let Some(key) = json.key(&mut first)? {
        each(json, &key)?;
    }
    Ok(())
}

fn array(json: &mut Reader<'_>, mut each: impl FnMut(&mut Reader<'_>) -> Read<()>) -> Read<()> {
    json.array()?;
    let mut first = true;
    while json.element(&mut first)? {
        each(json)?;
    }
    Ok(())
}

fn string(json: &mut Reader<'_>) -> Read<Option<String>> {
    if json.null()? { Ok(None) } else { json.string().map(|text| Some(text.into_owned())) }
}

fn boolean(json: &mut Reader<'_>) -> Read<bool> {
    if json.null()? { Ok(true) } else { json.boolean() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column of this type, as it is told.
    fn ty(json: &str) -> Result<String, String> {
        let text = format!(r#"{{"columns":[{{"name":"x","type":{json}}}]}}"#);
        let told = Told::parse(&text).unwrap();
        told.columns.into_iter().next().unwrap().ty.map(|ty| ty.to_string())
    }

    #[test]
    fn types_are_read() {
        for (json, expected) in [
            (r#"{"name":"int"}"#, Ok("integer")),
            (r#"{"name":"decimal","precision":10,"scale":2}"#, Ok("decimal(10,2)")),
            (r#"{"name":"decimal","precision":39,"scale":2}"#, Err("decimal")),
            (r#"{"name":"string","collation":"UTF8_BINARY"}"#, Ok("varchar")),
            (r#"{"name":"string","collation":"UTF8_LCASE"}"#, Err("string collate UTF8_LCASE")),
            (r#"{"name":"varchar","length":3}"#, Ok("varchar")),
            (r#"{"name":"timestamp_ltz"}"#, Ok("timestamp(6) with time zone")),
            (r#"{"name":"timestamp_ntz"}"#, Ok("timestamp(6)")),
            (
                r#"{"name":"interval","start_unit":"day","end_unit":"second"}"#,
                Ok("interval day to second"),
            ),
            (
                r#"{"element_type":{"name":"date"},"element_nullable":false,"name":"array"}"#,
                Ok("array(date not null)"),
            ),
            (
                r#"{"name":"map","key_type":{"name":"string"},"value_type":{"name":"double"},"value_nullable":true}"#,
                Ok("map(varchar,double)"),
            ),
            (
                r#"{"name":"struct","fields":[{"name":"a b","type":{"name":"bigint"},"nullable":false},{"name":"c","type":{"name":"variant"},"nullable":true}]}"#,
                Ok(r#"row("a b" bigint not null, "c" json)"#),
            ),
            (r#"{"name":"struct","fields":[]}"#, Err("struct")),
            (r#"{"name":"geometry","srid":4326}"#, Err("geometry")),
            (r#"{"name":"array"}"#, Err("array")),
        ] {
            let found = ty(json);
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{json}");
        }
        let deep = format!(
            "{}{{\"name\":\"int\"}}{}",
            r#"{"name":"array","element_type":"#.repeat(70),
            "}".repeat(70)
        );
        assert!(Told::parse(&format!(r#"{{"columns":[{{"name":"x","type":{deep}}}]}}"#)).is_err());
    }

    #[test]
    fn tables_are_read() {
        let told = Told::parse(
            r#"{"table_name":"t","catalog_name":"c","columns":[
                {"name":"a","type":{"name":"int"},"comment":"the a","nullable":false},
                {"name":"d","type":{"name":"date"},"comment":"","nullable":true}],
                "comment":"tc","partition_columns":["d","gone"],"table_properties":{"x":"y"}}"#,
        );
        let column = |name: &str, ty, comment: Option<&str>, nullable| Column {
            name: name.into(),
            ty: Ok(ty),
            nullable,
            comment: comment.map(str::to_owned),
        };
        assert_eq!(
            told,
            Ok(Told {
                columns: vec![
                    column("a", Type::Integer, Some("the a"), false),
                    column("d", Type::Date, None, true),
                ],
                comment: Some("tc".into()),
                partitioned_by: vec!["d".into()],
            })
        );
    }
}
