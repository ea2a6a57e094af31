//! Spark's types: reading their names, and the types of lake SQL they stand for.

use lakequery_types::{Field, MAX_PRECISION, Type};

/// A type of Spark SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SparkType {
    Void,
    Boolean,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Float,
    Double,
    Decimal(u8, u8),
    /// `string`, `varchar(n)`, `char(n)`; with another collation than the default
    /// one, the Thrift Server writes its values as JSON.
    String {
        collated: bool,
    },
    Binary,
    Date,
    /// An instant: `timestamp`.
    Timestamp,
    /// Date and time of day: `timestamp_ntz`.
    TimestampNtz,
    Time(u8),
    YearMonth,
    DayTime,
    Variant,
    Array(Box<SparkType>),
    Map(Box<SparkType>, Box<SparkType>),
    Struct(Vec<(String, SparkType)>),
}

impl SparkType {
    /// The type of lake SQL with the same values. Spark's names of types do not tell
    /// what in them can be NULL.
    pub(crate) fn lake(&self) -> Type {
        match self {
            SparkType::Void => Type::Unknown,
            SparkType::Boolean => Type::Boolean,
            SparkType::TinyInt => Type::TinyInt,
            SparkType::SmallInt => Type::SmallInt,
            SparkType::Int => Type::Integer,
            SparkType::BigInt => Type::BigInt,
            SparkType::Float => Type::Real,
            SparkType::Double => Type::Double,
            SparkType::Decimal(precision, scale) => Type::decimal(*precision, *scale),
            SparkType::String { .. } => Type::VARCHAR,
            SparkType::Binary => Type::Varbinary,
            SparkType::Date => Type::Date,
            SparkType::Timestamp => Type::TimestampTz(6),
            SparkType::TimestampNtz => Type::Timestamp(6),
            SparkType::Time(precision) => Type::Time(*precision),
            SparkType::YearMonth => Type::IntervalYearToMonth,
            SparkType::DayTime => Type::IntervalDayToSecond,
            SparkType::Variant => Type::Json,
            SparkType::Array(element) => Type::array(element.lake()),
            SparkType::Map(key, value) => Type::map(key.lake(), value.lake()),
            SparkType::Struct(fields) => Type::Row(
                fields
                    .iter()
                    .map(|(name, ty)| Field {
                        name: Some(name.clone()),
                        ty: ty.lake(),
                        nullable: true,
                    })
                    .collect(),
            ),
        }
    }

    /// The type of this number in the metadata of a result; `None` where that
    /// does not say enough.
    pub(crate) fn of_metadata(
        number: i32,
        precision: Option<i32>,
        scale: Option<i32>,
    ) -> Option<SparkType> {
        Some(match number {
            0 => SparkType::Boolean,
            1 => SparkType::TinyInt,
            2 => SparkType::SmallInt,
            3 => SparkType::Int,
            4 => SparkType::BigInt,
            5 => SparkType::Float,
            6 => SparkType::Double,
            7 | 18 | 19 => SparkType::String { collated: false },
            8 => SparkType::Timestamp,
            9 => SparkType::Binary,
            15 => {
                let precision = u8::try_from(precision?).ok()?;
                let scale = u8::try_from(scale?).ok()?;
                if precision == 0 || precision > MAX_PRECISION || scale > precision {
                    return None;
                }
                SparkType::Decimal(precision, scale)
            }
            16 => SparkType::Void,
            17 => SparkType::Date,
            20 => SparkType::YearMonth,
            21 => SparkType::DayTime,
            _ => return None,
        })
    }

    /// Reads a type's name as `DESCRIBE` writes it; `None` for a type that is
    /// not known here, or that lake SQL does not have.
    pub(crate) fn parse(name: &str) -> Option<SparkType> {
        let mut parser = Parser { rest: name, depth: 0, tries: 4 * name.len() };
        let ty = parser.ty()?;
        (parser.rest.is_empty() && ty.has_fields()).then_some(ty)
    }

    /// Whether no struct in it is without fields; lake SQL has no such rows.
    fn has_fields(&self) -> bool {
        match self {
            SparkType::Array(element) => element.has_fields(),
            SparkType::Map(key, value) => key.has_fields() && value.has_fields(),
            SparkType::Struct(fields) => {
                !fields.is_empty() && fields.iter().all(|(_, ty)| ty.has_fields())
            }
            _ => true,
        }
    }
}

/// How deep types may nest.
const MAX_DEPTH: usize = 64;

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
    /// How many more types may be begun: where names hold colons, some are
    /// begun more than once, and what can't be read might be for ages.
    tries: usize,
}

impl<'a> Parser<'a> {
    /// Takes a text, in capitals or not: warehouses write types in capitals.
    fn eat(&mut self, text: &str) -> Option<()> {
        let (start, rest) = self.rest.split_at_checked(text.len())?;
        if !start.eq_ignore_ascii_case(text) {
            return None;
        }
        self.rest = rest;
        Some(())
    }

    /// Takes the blank that warehouses write behind a comma or a colon. No name of a field begins
    /// with one.
    fn blank(&mut self) {
        let _ = self.eat(" ");
    }

    fn number(&mut self) -> Option<u32> {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        digits.parse().ok()
    }

    fn ty(&mut self) -> Option<SparkType> {
        self.depth += 1;
        self.tries = self.tries.checked_sub(1)?;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let end = self.rest.bytes().take_while(|b| b.is_ascii_alphabetic() || *b == b'_').count();
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        let ty = match &*word.to_ascii_lowercase() {
            "void" => SparkType::Void,
            "boolean" => SparkType::Boolean,
            "tinyint" => SparkType::TinyInt,
            "smallint" => SparkType::SmallInt,
            "int" => SparkType::Int,
            "bigint" => SparkType::BigInt,
            "float" => SparkType::Float,
            "double" => SparkType::Double,
            "decimal" => {
                self.eat("(")?;
                let precision = u8::try_from(self.number()?).ok()?;
                self.eat(",")?;
                let scale = u8::try_from(self.number()?).ok()?;
                self.eat(")")?;
                if precision == 0 || precision > MAX_PRECISION || scale > precision {
                    return None;
                }
                SparkType::Decimal(precision, scale)
            }
            "string" => {
                let collated = self.eat(" collate ").is_some();
                if collated {
                    let name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
                    let end = self.rest.bytes().take_while(name).count();
                    self.rest = self.rest.get(end..)?;
                }
                SparkType::String { collated }
            }
            "varchar" | "char" => {
                self.eat("(")?;
                self.number()?;
                self.eat(")")?;
                SparkType::String { collated: false }
            }
            "binary" => SparkType::Binary,
            "date" => SparkType::Date,
            "timestamp" | "timestamp_ltz" => SparkType::Timestamp,
            "timestamp_ntz" => SparkType::TimestampNtz,
            "time" => {
                self.eat("(")?;
                let precision = u8::try_from(self.number()?).ok().filter(|p| *p <= 9)?;
                self.eat(")")?;
                SparkType::Time(precision)
            }
            "interval" => self.interval()?,
            "variant" => SparkType::Variant,
            "array" => {
                self.eat("<")?;
                let element = self.ty()?;
                self.eat(">")?;
                SparkType::Array(element.into())
            }
            "map" => {
                self.eat("<")?;
                let key = self.ty()?;
                self.eat(",")?;
                self.blank();
                let value = self.ty()?;
                self.eat(">")?;
                SparkType::Map(key.into(), value.into())
            }
            "struct" => SparkType::Struct(self.fields()?),
            _ => return None,
        };
        self.depth -= 1;
        Some(ty)
    }

    /// ` day`, ` day to second`, ` year to month` …
    fn interval(&mut self) -> Option<SparkType> {
        self.eat(" ")?;
        let unit = |parser: &mut Self| {
            [("year", true), ("month", true), ("day", false), ("hour", false)]
                .into_iter()
                .chain([("minute", false), ("second", false)])
                .find_map(|(name, long)| parser.eat(name).map(|()| long))
        };
        let long = unit(self)?;
        if self.eat(" to ").is_some() && unit(self)? != long {
            return None;
        }
        Some(if long { SparkType::YearMonth } else { SparkType::DayTime })
    }

    /// `<name:type,…>`. Names are not quoted: one is what stands before the
    /// first colon after which a type can be read.
    fn fields(&mut self) -> Option<Vec<(String, SparkType)>> {
        self.eat("<")?;
        let mut fields = Vec::new();
        if self.eat(">").is_some() {
            return Some(fields);
        }
        loop {
            let start = self.rest;
            let field = start.match_indices(':').find_map(|(colon, _)| {
                let rest = start.get(colon + 1..)?;
                let mut parser = Parser { rest, depth: self.depth, tries: self.tries };
                parser.blank();
                let ty = parser.ty();
                self.tries = parser.tries;
                let ty = ty?;
                if !parser.rest.starts_with([',', '>']) {
                    return None;
                }
                Some((start.get(..colon)?.to_owned(), ty, parser.rest))
            });
            let (name, ty, rest) = field?;
            fields.push((name, ty));
            self.rest = rest;
            if self.eat(",").is_none() {
                self.eat(">")?;
                return Some(fields);
            }
            self.blank();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        for (name, lake) in [
            ("int", "integer"),
            ("decimal(38,10)", "decimal(38,10)"),
            ("string", "varchar"),
            ("string collate UTF8_LCASE", "varchar"),
            ("varchar(3)", "varchar"),
            ("void", "unknown"),
            ("timestamp", "timestamp(6) with time zone"),
            ("timestamp_ntz", "timestamp(6)"),
            ("interval day", "interval day to second"),
            ("interval year to month", "interval year to month"),
            ("time(6)", "time(6)"),
            ("variant", "json"),
            ("array<struct<a b:tinyint,c:string>>", "array(row(\"a b\" tinyint, \"c\" varchar))"),
            ("map<string,array<double>>", "map(varchar,array(double))"),
            ("struct<a:b:int>", "row(\"a:b\" integer)"),
            ("DECIMAL(38,10)", "decimal(38,10)"),
            ("INTERVAL DAY TO SECOND", "interval day to second"),
            ("MAP<STRING, ARRAY<TIMESTAMP_NTZ>>", "map(varchar,array(timestamp(6)))"),
            ("STRUCT<Street: STRING, Zip: INT>", "row(\"Street\" varchar, \"Zip\" integer)"),
        ] {
            let ty = SparkType::parse(name).map(|ty| ty.lake().to_string());
            assert_eq!(ty.as_deref(), Some(lake), "{name}");
        }
        let deep = format!("{}int{}", "array<".repeat(65), ">".repeat(65));
        for name in [
            "",
            "foo",
            "int ",
            "decimal(39,0)",
            "array<int",
            "interval",
            "calendarinterval",
            "struct<>",
            "struct<a:map<string,struct<>>,b:int>",
        ] {
            assert_eq!(SparkType::parse(name), None, "{name}");
        }
        assert_eq!(SparkType::parse(&deep), None);
        let unknown = format!("{}foo{}", "struct<a:".repeat(60), ">".repeat(60));
        assert_eq!(SparkType::parse(&unknown), None);
    }
}
