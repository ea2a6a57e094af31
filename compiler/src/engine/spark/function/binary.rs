//! Bytes. Spark's digests and encodings are texts.

use lakequery_types::Type;

use crate::emit::FunctionSql::{self, Template, Unsupported};
use crate::emit::{FunctionRow, by, named, same, template};
use crate::tree::Expr;

pub(super) const ROWS: &[FunctionRow] = &[
    same(&["crc32"]),
    template(&["to_utf8"], "encode({0}, 'UTF-8')"),
    by(&["from_utf8"], |args| match args.len() {
        1 => Template("make_valid_utf8(CAST({0} AS STRING))"),
        _ => Unsupported("Spark puts nothing in the place of bytes that are not UTF-8"),
    }),
    named(&["to_hex"], "hex"),
    template(&["to_base64"], "replace(base64({0}), '\\r\\n', '')"),
    by(&["from_hex"], |args| of_text(args, "to_binary({0}, 'hex')")),
    by(&["from_base64"], |args| of_text(args, "to_binary({0}, 'base64')")),
    template(&["md5"], "unhex(md5({0}))"),
    template(&["sha1"], "unhex(sha1({0}))"),
    template(&["sha256"], "unhex(sha2({0}, 256))"),
    template(&["sha512"], "unhex(sha2({0}, 512))"),
];

fn of_text(args: &[Expr], template: &'static str) -> FunctionSql {
    match args.first() {
        Some(Expr { ty: Type::Varchar(_), .. }) => Template(template),
        _ => Unsupported("Spark decodes texts only"),
    }
}
