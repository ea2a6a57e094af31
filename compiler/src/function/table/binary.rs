//! Bytes: encodings, digests, and text as bytes.

use super::{Function, Nulls::*, scalar};

const DIGEST: &[&str] = &["(varbinary) -> varbinary"];
const KEYED: &[&str] = &["(varbinary, varbinary) -> varbinary"];
const ENCODE: &[&str] = &["(varbinary) -> varchar"];
const DECODE: &[&str] = &["(varchar) -> varbinary", "(varbinary) -> varbinary"];

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
    scalar("from_hex", Strict, DECODE),
    scalar("to_base64", Strict, ENCODE),
    scalar("from_base64", Strict, DECODE),
    scalar("to_base64url", Strict, ENCODE),
    scalar("from_base64url", Strict, DECODE),
    scalar("to_base32", Strict, ENCODE),
    scalar("from_base32", Strict, DECODE),
    scalar("md5", Strict, DIGEST),
    scalar("sha1", Strict, DIGEST),
    scalar("sha256", Strict, DIGEST),
    scalar("sha512", Strict, DIGEST),
    scalar("xxhash64", Strict, DIGEST),
    scalar("murmur3", Strict, DIGEST),
    scalar("crc32", Strict, &["(varbinary) -> bigint"]),
    scalar("hmac_md5", Strict, KEYED),
    scalar("hmac_sha1", Strict, KEYED),
    scalar("hmac_sha256", Strict, KEYED),
    scalar("hmac_sha512", Strict, KEYED),
    scalar("to_big_endian_32", Strict, &["(integer) -> varbinary"]),
    scalar("from_big_endian_32", Strict, &["(varbinary) -> integer"]),
    scalar("to_big_endian_64", Strict, &["(bigint) -> varbinary"]),
    scalar("from_big_endian_64", Strict, &["(varbinary) -> bigint"]),
    scalar("to_ieee754_32", Strict, &["(real) -> varbinary"]),
    scalar("from_ieee754_32", Strict, &["(varbinary) -> real"]),
    scalar("to_ieee754_64", Strict, &["(double) -> varbinary"]),
    scalar("from_ieee754_64", Strict, &["(varbinary) -> double"]),
    scalar("spooky_hash_v2_32", Strict, &["(varbinary) -> varbinary"]),
    scalar("spooky_hash_v2_64", Strict, &["(varbinary) -> varbinary"]),
    scalar("uuid", Strict, &["() -> uuid"]),
];
