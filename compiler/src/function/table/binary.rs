//! Bytes: encodings, digests, and text as bytes.

use lakequery_types::{Engine, Type};

use super::{Function, NOT_EMBEDDED, NOT_IN_PRESTO, Nulls::*, Spelling, scalar};
use crate::tree::Expr;

const DIGEST: &[&str] = &["(varbinary) -> varbinary"];
const KEYED: &[&str] = &["(varbinary, varbinary) -> varbinary"];
const ENCODE: &[&str] = &["(varbinary) -> varchar"];
const DECODE: &[&str] = &["(varchar) -> varbinary", "(varbinary) -> varbinary"];

fn of_texts(name: &'static str, args: &[Expr]) -> Spelling {
    match args {
        [Expr { ty: Type::Varbinary, .. }] => {
            Spelling::Refused("the embedded engine decodes texts only; write `from_utf8(…)`")
        }
        _ => Spelling::Name(name),
    }
}

pub(super) const ROWS: &[Function] = &[
    scalar("to_utf8", Strict, &["(varchar) -> varbinary"]),
    scalar(
        "from_utf8",
        Strict,
        &[
            "(varbinary) -> varchar",
            "(varbinary, varchar) -> varchar",
            "(varbinary, bigint) -> varchar",
        ],
    ),
    scalar("to_hex", Strict, ENCODE),
    scalar("from_hex", Strict, DECODE)
        .spelled(&[(Engine::DataFusion, Spelling::By(|args| of_texts("from_hex", args)))]),
    scalar("to_base64", Strict, ENCODE),
    scalar("from_base64", Strict, DECODE)
        .spelled(&[(Engine::DataFusion, Spelling::By(|args| of_texts("from_base64", args)))]),
    scalar("to_base64url", Strict, ENCODE),
    scalar("from_base64url", Strict, DECODE)
        .spelled(&[(Engine::DataFusion, Spelling::By(|args| of_texts("from_base64url", args)))]),
    scalar("to_base32", Strict, ENCODE).spelled(&[NOT_EMBEDDED]),
    scalar("from_base32", Strict, DECODE).spelled(&[NOT_EMBEDDED]),
    scalar("md5", Strict, DIGEST),
    scalar("sha1", Strict, DIGEST),
    scalar("sha256", Strict, DIGEST),
    scalar("sha512", Strict, DIGEST),
    scalar("xxhash64", Strict, DIGEST),
    scalar("murmur3", Strict, DIGEST).spelled(&[NOT_EMBEDDED, NOT_IN_PRESTO]),
    scalar("crc32", Strict, &["(varbinary) -> bigint"]),
    scalar("hmac_md5", Strict, KEYED).spelled(&[NOT_EMBEDDED]),
    scalar("hmac_sha1", Strict, KEYED).spelled(&[NOT_EMBEDDED]),
    scalar("hmac_sha256", Strict, KEYED).spelled(&[NOT_EMBEDDED]),
    scalar("hmac_sha512", Strict, KEYED).spelled(&[NOT_EMBEDDED]),
    scalar("to_big_endian_32", Strict, &["(integer) -> varbinary"]).spelled(&[NOT_EMBEDDED]),
    scalar("from_big_endian_32", Strict, &["(varbinary) -> integer"]).spelled(&[NOT_EMBEDDED]),
    scalar("to_big_endian_64", Strict, &["(bigint) -> varbinary"]),
    scalar("from_big_endian_64", Strict, &["(varbinary) -> bigint"]),
    scalar("to_ieee754_32", Strict, &["(real) -> varbinary"]).spelled(&[NOT_EMBEDDED]),
    scalar("from_ieee754_32", Strict, &["(varbinary) -> real"]).spelled(&[NOT_EMBEDDED]),
    scalar("to_ieee754_64", Strict, &["(double) -> varbinary"]).spelled(&[NOT_EMBEDDED]),
    scalar("from_ieee754_64", Strict, &["(varbinary) -> double"]).spelled(&[NOT_EMBEDDED]),
    scalar("uuid", Strict, &["() -> uuid"]).spelled(&[NOT_EMBEDDED]),
];
