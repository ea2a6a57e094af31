//! Checksums of bytes, with a key and without one.

use arrow_array::ArrayRef;
use arrow_array::types::Int64Type;
use datafusion::common::Result;
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use twox_hash::XxHash64;

use super::super::function::{Call, Function, Param, Takes, refuse};
use super::kinds::{BYTES, TO_BIGINT, TO_BYTES};
use super::{murmur3, spooky};

pub(super) fn functions() -> Vec<Function> {
    const KEYED: Takes = Takes::Lists(&[&[Param::Bytes, Param::Bytes]]);
    vec![
        Function::new("md5", BYTES, TO_BYTES, |call| hash(call, |v| Md5::digest(v).to_vec())),
        Function::new("sha1", BYTES, TO_BYTES, |call| hash(call, |v| Sha1::digest(v).to_vec())),
        Function::new("sha256", BYTES, TO_BYTES, |call| hash(call, |v| Sha256::digest(v).to_vec())),
        Function::new("sha512", BYTES, TO_BYTES, |call| hash(call, |v| Sha512::digest(v).to_vec())),
        Function::new("xxhash64", BYTES, TO_BYTES, |call| {
            hash(call, |value| XxHash64::oneshot(0, value).to_be_bytes().to_vec())
        }),
        Function::new("murmur3", BYTES, TO_BYTES, |call| {
            hash(call, |value| murmur3::hash(value).to_vec())
        }),
        Function::new("spooky_hash_v2_32", BYTES, TO_BYTES, |call| {
            hash(call, |value| (spooky::hash(value) as u32).to_be_bytes().to_vec())
        }),
        Function::new("spooky_hash_v2_64", BYTES, TO_BYTES, |call| {
            hash(call, |value| spooky::hash(value).to_be_bytes().to_vec())
        }),
        Function::new("crc32", BYTES, TO_BIGINT, |call| {
            let values = call.bytes(0)?;
            call.make_numbers::<Int64Type>(|row| Ok(values.get(row).map(|v| crc32(v).into())))
        }),
        Function::new("hmac_md5", KEYED, TO_BYTES, keyed::<Hmac<Md5>>),
        Function::new("hmac_sha1", KEYED, TO_BYTES, keyed::<Hmac<Sha1>>),
        Function::new("hmac_sha256", KEYED, TO_BYTES, keyed::<Hmac<Sha256>>),
        Function::new("hmac_sha512", KEYED, TO_BYTES, keyed::<Hmac<Sha512>>),
    ]
}

fn hash(call: &Call<'_>, hash: fn(&[u8]) -> Vec<u8>) -> Result<ArrayRef> {
    let values = call.bytes(0)?;
    call.make_bytes(|row, out| Ok(values.get(row).map(|value| out.extend(hash(value)))))
}

fn keyed<M: Mac + KeyInit>(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, keys) = (call.bytes(0)?, call.bytes(1)?);
    call.make_bytes(|row, out| {
        let (Some(value), Some(key)) = (values.get(row), keys.get(row)) else { return Ok(None) };
        match <M as KeyInit>::new_from_slice(key) {
            Ok(mac) if !key.is_empty() => {
                out.extend(mac.chain_update(value).finalize().into_bytes());
                Ok(Some(()))
            }
            _ => refuse("the key is empty"),
        }
    })
}

/// The remainders of every byte, for [`crc32`].
const REMAINDERS: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut rest, mut bit) = (byte as u32, 0);
        while bit < 8 {
            rest = if rest & 1 == 1 { 0xedb8_8320 ^ (rest >> 1) } else { rest >> 1 };
            bit += 1;
        }
        table[byte] = rest;
        byte += 1;
    }
    table
};

/// The CRC-32 of IEEE 802.3.
fn crc32(value: &[u8]) -> u32 {
    !value.iter().fold(!0, |rest, byte| REMAINDERS[usize::from(rest as u8 ^ byte)] ^ (rest >> 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums() {
        // The check value of the CRC catalogue, and Trino's answer.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"a"), 3_904_355_907);
        assert_eq!(crc32(b""), 0);
    }
}
