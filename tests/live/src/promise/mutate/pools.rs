//! What changes put into queries.

use lakequery_compiler::function::{self, FunctionKind};

use crate::schemas::Schemas;

/// What there is to take from.
pub(in crate::promise) struct Pools {
    /// The tables, as `schema.name`, with the names of their columns by type.
    pub(super) tables: Vec<(String, Vec<(String, String)>)>,
    /// The functions with how many arguments their signatures have.
    pub(super) functions: Vec<(&'static str, FunctionKind, Vec<usize>)>,
}

impl Pools {
    pub(in crate::promise) fn of(schemas: &Schemas) -> Pools {
        let columns = |table: &lakequery_compiler::snapshot::Table| {
            let column = |column: &lakequery_compiler::snapshot::Column| {
                (column.name.clone(), column.ty.to_string())
            };
            table.columns.iter().map(column).collect()
        };
        let table = |table: &lakequery_compiler::snapshot::Table| {
            (format!("{}.{}", table.schema, table.name), columns(table))
        };
        Pools { tables: schemas.all().map(table).collect(), functions: functions() }
    }
}

fn functions() -> Vec<(&'static str, FunctionKind, Vec<usize>)> {
    let arity = |signature: &&str| {
        let arguments = signature.split("->").next().unwrap_or_default();
        match arguments.trim().trim_matches(['(', ')']).trim() {
            "" => 0,
            some => 1 + some.matches(',').count(),
        }
    };
    let one = |function: &'static function::Function| {
        (function.name, function.kind, function.signatures.iter().map(arity).collect())
    };
    function::all().map(one).collect()
}

/// Literals: of every type, at the ends of their ranges, and beyond.
pub(super) const LITERALS: &[&str] = &[
    "0",
    "1",
    "2",
    "-1",
    "100",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "0.0",
    "1.5",
    "-2.50",
    "0.005",
    "1e0",
    "-1.5e300",
    "1e400",
    "12345678901234567890.12345678901234567890",
    "99999999999999999999999999999999999999",
    "''",
    "'x'",
    "'a%'",
    "'2024-02-29'",
    "'it''s'",
    "'1'",
    "'\\'",
    "'é😀'",
    "NULL",
    "TRUE",
    "FALSE",
    "DATE '2024-02-29'",
    "DATE '0001-01-01'",
    "DATE '9999-12-31'",
    "DATE '10000-01-01'",
    "DATE '-0001-01-01'",
    "DATE '2023-02-29'",
    "TIME '01:02:03'",
    "TIME '23:59:59.999999999'",
    "TIMESTAMP '2024-02-29 01:02:03'",
    "TIMESTAMP '2024-02-29 01:02:03.123456789012'",
    "TIMESTAMP '1969-12-31 23:59:59.999'",
    "TIMESTAMP '2024-02-29 01:02:03 Europe/Berlin'",
    "TIMESTAMP '2024-02-29 01:02:03.123456 +02:00'",
    "TIMESTAMP '2024-02-29'",
    "INTERVAL '1' DAY",
    "INTERVAL '-3' MONTH",
    "INTERVAL '1-2' YEAR TO MONTH",
    "INTERVAL '1 02:03:04.5' DAY TO SECOND",
    "INTERVAL '5' HOUR",
    "INTERVAL '1.5' SECOND",
    "X''",
    "X'00FF'",
    "REAL '1.5'",
    "DOUBLE 'NaN'",
    "BIGINT '5'",
    "SMALLINT '-3'",
    "TINYINT '7'",
    "DECIMAL '1.10'",
    "CHAR 'a '",
    "VARCHAR 'b'",
    "JSON '{\"a\":1}'",
    "ARRAY[1, 2]",
    "ARRAY[]",
    "MAP(ARRAY['a'], ARRAY[1])",
    "ROW(1, 'x')",
    "CAST(NULL AS double)",
    "CAST(NULL AS varchar(3))",
    "current_date",
    "current_timestamp",
    "infinity()",
    "nan()",
    "pi()",
];

/// Types.
pub(super) const TYPES: &[&str] = &[
    "boolean",
    "tinyint",
    "smallint",
    "integer",
    "bigint",
    "real",
    "double",
    "decimal(10,2)",
    "decimal(38,0)",
    "decimal(38,38)",
    "decimal(3,0)",
    "decimal",
    "varchar",
    "varchar(3)",
    "varchar(0)",
    "char(5)",
    "char",
    "varbinary",
    "date",
    "time",
    "time(6)",
    "timestamp",
    "timestamp(0)",
    "timestamp(6)",
    "timestamp(9)",
    "timestamp(12)",
    "timestamp with time zone",
    "timestamp(6) with time zone",
    "interval day to second",
    "interval year to month",
    "json",
    "uuid",
    "array(integer)",
    "map(varchar,bigint)",
    "row(a integer, b varchar)",
    "nothing",
];

/// Operators between two operands.
pub(super) const OPERATORS: &[&str] = &[
    "+",
    "-",
    "*",
    "/",
    "%",
    "||",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "IS DISTINCT FROM",
    "IS NOT DISTINCT FROM",
    "LIKE",
    "NOT LIKE",
    "AND",
    "OR",
];

/// Frames of windows.
pub(super) const FRAMES: &[&str] = &[
    "",
    "",
    "ROWS UNBOUNDED PRECEDING",
    "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
    "ROWS BETWEEN 2 FOLLOWING AND 1 FOLLOWING",
    "ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING",
    "ROWS BETWEEN 0 PRECEDING AND UNBOUNDED FOLLOWING",
    "RANGE CURRENT ROW",
    "RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    "RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING",
    "RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW",
    "GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
    "ROWS BETWEEN -1 PRECEDING AND CURRENT ROW",
    "ROWS BETWEEN NULL PRECEDING AND CURRENT ROW",
    "ROWS 1 FOLLOWING",
];
