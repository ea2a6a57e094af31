//! The logical types of lake SQL, which are Trino's.

use std::fmt;
use std::hash::{Hash, Hasher};

/// The characters of the longest `char`.
pub const MAX_CHAR: u32 = 65_536;

/// A type of lake SQL.
///
/// The names and meanings are those of Trino's documentation,
/// <https://trino.io/docs/current/language/types.html>. [`Display`](fmt::Display)
/// writes the canonical name, which [`Type::parse`] reads back.
///
/// An array, a map or a row also tells which of the values in it can be NULL.
/// That is not part of the type: `array(bigint)` and `array(bigint not null)`
/// are equal, as the types of two columns are of which one is NOT NULL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// The type of `NULL` on its own; it turns into whatever it meets.
    Unknown,
    /// `boolean`
    Boolean,
    /// `tinyint`: 8 bits, signed.
    TinyInt,
    /// `smallint`: 16 bits, signed.
    SmallInt,
    /// `integer`: 32 bits, signed.
    Integer,
    /// `bigint`: 64 bits, signed.
    BigInt,
    /// `real`: 32-bit IEEE 754.
    Real,
    /// `double`: 64-bit IEEE 754.
    Double,
    /// `decimal(precision,scale)`: exact, at most 38 digits.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point, 0 to `precision`.
        scale: u8,
    },
    /// `varchar` or, with at most so many characters, `varchar(n)`.
    Varchar(Option<u32>),
    /// `char(n)`: padded with spaces to n characters.
    Char(u32),
    /// `varbinary`: bytes.
    Varbinary,
    /// `date`: a day of the proleptic Gregorian calendar.
    Date,
    /// `time(p)`: p digits of a second, 0 to 12.
    Time(u8),
    /// `time(p) with time zone`
    TimeTz(u8),
    /// `timestamp(p)`: date and time of day with no zone.
    Timestamp(u8),
    /// `timestamp(p) with time zone`: an instant and its zone.
    TimestampTz(u8),
    /// `interval year to month`: whole months.
    IntervalYearToMonth,
    /// `interval day to second`: milliseconds.
    IntervalDayToSecond,
    /// `json`
    Json,
    /// `uuid`
    Uuid,
    /// `ipaddress`
    IpAddress,
    /// `array(element)`
    Array(Box<Item>),
    /// `map(key,value)`; a key is never NULL.
    Map(Box<Type>, Box<Item>),
    /// `row(field type, …)`
    Row(Vec<Field>),
}

/// The elements of a [`Type::Array`], or the values of a [`Type::Map`].
#[derive(Clone, Debug)]
pub struct Item {
    /// Their type.
    pub ty: Type,
    /// Whether they can be NULL.
    pub nullable: bool,
}

/// A field of a [`Type::Row`].
#[derive(Clone, Debug)]
pub struct Field {
    /// The field's name, where it has one.
    pub name: Option<String>,
    /// The field's type.
    pub ty: Type,
    /// Whether the field can be NULL.
    pub nullable: bool,
}

// Whether NULL can stand there does not make another type.
impl PartialEq for Item {
    fn eq(&self, other: &Item) -> bool {
        self.ty == other.ty
    }
}

impl Eq for Item {}

impl Hash for Item {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ty.hash(state);
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Field) -> bool {
        self.name == other.name && self.ty == other.ty
    }
}

impl Eq for Field {}

impl Hash for Field {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, &self.ty).hash(state);
    }
}

impl Type {
    /// `varchar` without a length.
    pub const VARCHAR: Type = Type::Varchar(None);

    /// The precision that `timestamp` and `time` have when none is written.
    pub const DEFAULT_TIME_PRECISION: u8 = 3;

    /// `decimal(precision,scale)`.
    pub const fn decimal(precision: u8, scale: u8) -> Type {
        Type::Decimal { precision, scale }
    }

    /// An array whose elements can be NULL.
    pub fn array(element: Type) -> Type {
        Type::Array(Item { ty: element, nullable: true }.into())
    }

    /// A map whose values can be NULL.
    pub fn map(key: Type, value: Type) -> Type {
        Type::Map(key.into(), Item { ty: value, nullable: true }.into())
    }

    /// One example of every type, `varchar` with a length and without. A test that walks
    /// them meets each type that there is, and those that are added later.
    pub fn examples() -> Vec<Type> {
        std::iter::successors(Some(Type::Unknown), after).collect()
    }

    /// Whether a value of the type can have a NULL in it, at any depth: whether it equals
    /// another may be open then.
    pub fn has_nulls_inside(&self) -> bool {
        let may = |item: &Item| item.nullable || item.ty.has_nulls_inside();
        match self {
            Type::Array(element) => may(element),
            Type::Map(key, value) => key.has_nulls_inside() || may(value),
            Type::Row(fields) => {
                fields.iter().any(|field| field.nullable || field.ty.has_nulls_inside())
            }
            _ => false,
        }
    }

    /// The same type, where whatever is in it can be NULL, at any depth.
    pub fn with_nulls(self) -> Type {
        match self {
            Type::Array(element) => Type::array(element.ty.with_nulls()),
            Type::Map(key, value) => Type::map(key.with_nulls(), value.ty.with_nulls()),
            Type::Row(fields) => {
                let with_nulls =
                    |field: Field| Field { ty: field.ty.with_nulls(), nullable: true, ..field };
                Type::Row(fields.into_iter().map(with_nulls).collect())
            }
            ty => ty,
        }
    }

    /// Whether this is `tinyint`, `smallint`, `integer` or `bigint`.
    pub const fn is_integer(&self) -> bool {
        matches!(self, Type::TinyInt | Type::SmallInt | Type::Integer | Type::BigInt)
    }

    /// Whether this is `real` or `double`.
    pub const fn is_floating(&self) -> bool {
        matches!(self, Type::Real | Type::Double)
    }

    /// Whether this is a number: an integer, a decimal, `real` or `double`.
    pub const fn is_numeric(&self) -> bool {
        self.is_integer() || self.is_floating() || matches!(self, Type::Decimal { .. })
    }

    /// Whether this is `varchar` or `char`.
    pub const fn is_text(&self) -> bool {
        matches!(self, Type::Varchar(_) | Type::Char(_))
    }

    /// Whether this is a date or a timestamp, with or without zone.
    pub const fn is_date_or_timestamp(&self) -> bool {
        matches!(self, Type::Date | Type::Timestamp(_) | Type::TimestampTz(_))
    }

    /// Whether this is one of the two interval types.
    pub const fn is_interval(&self) -> bool {
        matches!(self, Type::IntervalYearToMonth | Type::IntervalDayToSecond)
    }

    /// Whether the type of every value in it is known: whether nothing in it is
    /// [`Type::Unknown`].
    pub fn is_known(&self) -> bool {
        match self {
            Type::Unknown => false,
            Type::Array(element) => element.ty.is_known(),
            Type::Map(key, value) => key.is_known() && value.ty.is_known(),
            Type::Row(fields) => fields.iter().all(|field| field.ty.is_known()),
            _ => true,
        }
    }

    /// Whether values of this type can be ordered (`<`, `ORDER BY`, `min`).
    pub fn is_orderable(&self) -> bool {
        match self {
            Type::Json | Type::Map(..) => false,
            Type::Array(element) => element.ty.is_orderable(),
            Type::Row(fields) => fields.iter().all(|field| field.ty.is_orderable()),
            _ => true,
        }
    }

    /// Whether values of this type can be compared for equality (`=`, `GROUP BY`, `DISTINCT`).
    pub fn is_comparable(&self) -> bool {
        match self {
            Type::Array(element) => element.ty.is_comparable(),
            Type::Map(key, value) => key.is_comparable() && value.ty.is_comparable(),
            Type::Row(fields) => fields.iter().all(|field| field.ty.is_comparable()),
            _ => true,
        }
    }

    /// The decimal that holds every value of this integer type, or the decimal
    /// itself; `None` for types that are neither.
    pub const fn as_decimal(&self) -> Option<(u8, u8)> {
        match self {
            Type::TinyInt => Some((3, 0)),
            Type::SmallInt => Some((5, 0)),
            Type::Integer => Some((10, 0)),
            Type::BigInt => Some((19, 0)),
            Type::Decimal { precision, scale } => Some((*precision, *scale)),
            _ => None,
        }
    }
}

/// The example after that of a type. A type that is added does not compile before it has
/// its place here.
fn after(ty: &Type) -> Option<Type> {
    Some(match ty {
        Type::Unknown => Type::Boolean,
        Type::Boolean => Type::TinyInt,
        Type::TinyInt => Type::SmallInt,
        Type::SmallInt => Type::Integer,
        Type::Integer => Type::BigInt,
        Type::BigInt => Type::Real,
        Type::Real => Type::Double,
        Type::Double => Type::decimal(12, 2),
        Type::Decimal { .. } => Type::VARCHAR,
        Type::Varchar(None) => Type::Varchar(Some(25)),
        Type::Varchar(Some(_)) => Type::Char(3),
        Type::Char(_) => Type::Varbinary,
        Type::Varbinary => Type::Date,
        Type::Date => Type::Time(3),
        Type::Time(_) => Type::TimeTz(3),
        Type::TimeTz(_) => Type::Timestamp(6),
        Type::Timestamp(_) => Type::TimestampTz(3),
        Type::TimestampTz(_) => Type::IntervalYearToMonth,
        Type::IntervalYearToMonth => Type::IntervalDayToSecond,
        Type::IntervalDayToSecond => Type::Json,
        Type::Json => Type::Uuid,
        Type::Uuid => Type::IpAddress,
        Type::IpAddress => Type::array(Type::BigInt),
        Type::Array(_) => Type::Map(
            Type::VARCHAR.into(),
            Item { ty: Type::decimal(12, 2), nullable: false }.into(),
        ),
        Type::Map(..) => Type::Row(vec![
            Field { name: Some("a".into()), ty: Type::Date, nullable: false },
            Field { name: None, ty: Type::array(Type::Double), nullable: true },
        ]),
        Type::Row(_) => return None,
    })
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Type::Decimal { precision, scale } => write!(f, "({precision},{scale})"),
            Type::Varchar(Some(length)) | Type::Char(length) => write!(f, "({length})"),
            Type::Time(p) | Type::Timestamp(p) => write!(f, "({p})"),
            Type::TimeTz(p) | Type::TimestampTz(p) => write!(f, "({p}) with time zone"),
            Type::Array(element) => write!(f, "({element})"),
            Type::Map(key, value) => write!(f, "({key},{value})"),
            Type::Row(fields) => {
                f.write_str("(")?;
                for (i, field) in fields.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{field}")?;
                }
                f.write_str(")")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        inner(f, &self.ty, self.nullable)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "\"{}\" ", name.replace('"', "\"\""))?;
        }
        inner(f, &self.ty, self.nullable)
    }
}

fn inner(f: &mut fmt::Formatter<'_>, ty: &Type, nullable: bool) -> fmt::Result {
    write!(f, "{ty}{}", if nullable { "" } else { " not null" })
}
