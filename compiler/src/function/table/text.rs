//! Text.
//!
//! A `char` argument turns into a `varchar`, its padding kept, but where Trino
//! gives a `char` back.

use super::{Function, Nulls::*, scalar};

const LENGTH: &[&str] = &["(varchar) -> bigint", "(varbinary) -> bigint"];
const CASE: &[&str] = &["(varchar) -> varchar", "(char(n)) -> char(n)"];
const TRIM: &[&str] = &["(varchar, varchar?) -> varchar"];
const TWO_TEXTS: &[&str] = &["(varchar, varchar) -> bigint"];

const REVERSE: &[&str] = &[
    "(varchar) -> varchar",
    "(char(n)) -> char(n)",
    "(varbinary) -> varbinary",
    "(array(T)) -> array(T)",
];

const CONCAT_WS: &[&str] =
    &["(varchar, varchar...) -> varchar", "(varchar, array(varchar)) -> varchar"];

const CONCAT: &[&str] = &[
    "(char(m), char(n)) -> char(m+n)",
    "(varchar, varchar...) -> varchar",
    "(varbinary, varbinary...) -> varbinary",
    "(array(T), array(T)...) -> array(T)",
];

const SUBSTRING: &[&str] = &["(varchar, bigint, bigint?) -> varchar"];

const SUBSTR: &[&str] =
    &["(varchar, bigint, bigint?) -> varchar", "(varbinary, bigint, bigint?) -> varbinary"];

const PAD: &[&str] =
    &["(varchar, bigint, varchar) -> varchar", "(varbinary, bigint, varbinary) -> varbinary"];

pub(super) const ROWS: &[Function] = &[
    scalar("length", Strict, LENGTH),
    scalar("char_length", Strict, &["(varchar) -> bigint"]),
    scalar("character_length", Strict, &["(varchar) -> bigint"]),
    scalar("upper", Strict, CASE),
    scalar("lower", Strict, CASE),
    scalar("trim", Strict, TRIM),
    scalar("ltrim", Strict, TRIM),
    scalar("rtrim", Strict, TRIM),
    scalar("reverse", Strict, REVERSE),
    scalar("substr", Strict, SUBSTR),
    scalar("substring", Strict, SUBSTRING),
    scalar("strpos", Strict, &["(varchar, varchar, bigint?) -> bigint"]),
    scalar("concat", Strict, CONCAT),
    scalar("concat_ws", OnlyOf(0), CONCAT_WS),
    scalar("replace", Strict, &["(varchar, varchar, varchar?) -> varchar"]),
    scalar("translate", Strict, &["(varchar, varchar, varchar) -> varchar"]),
    scalar("lpad", Strict, PAD),
    scalar("rpad", Strict, PAD),
    scalar("split_part", Nullable, &["(varchar, varchar, bigint) -> varchar"]),
    scalar("starts_with", Strict, &["(varchar, varchar) -> boolean"]),
    scalar("chr", Strict, &["(bigint) -> varchar(1)"]),
    scalar("codepoint", Strict, &["(varchar(1)) -> integer"]),
    scalar("hamming_distance", Strict, TWO_TEXTS),
    scalar("levenshtein_distance", Strict, TWO_TEXTS),
    scalar("soundex", Strict, &["(varchar) -> varchar"]),
    scalar("luhn_check", Strict, &["(varchar) -> boolean"]),
    scalar("normalize", Strict, &["(varchar) -> varchar"]),
    scalar("word_stem", Strict, &["(varchar) -> varchar"]),
    scalar("format", OnlyOf(0), &["(varchar, any:printable...) -> varchar"]),
    scalar("format_number", Strict, &["(bigint) -> varchar", "(double) -> varchar"]),
];
