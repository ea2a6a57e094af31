//! MurmurHash3 of 128 bits, in its form for 64-bit machines, by Austin Appleby.

const FIRST: u64 = 0x87c3_7b91_1142_53d5;
const SECOND: u64 = 0x4cf5_ad43_2745_937f;

/// The hash of a value, of seed 0.
pub(super) fn hash(value: &[u8]) -> [u8; 16] {
    let (mut a, mut b) = (0_u64, 0_u64);
    let (blocks, rest) = value.as_chunks::<16>();
    for block in blocks {
        let (low, high) = halves(block);
        a ^= scramble_low(low);
        a = a.rotate_left(27).wrapping_add(b).wrapping_mul(5).wrapping_add(0x52dc_e729);
        b ^= scramble_high(high);
        b = b.rotate_left(31).wrapping_add(a).wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    let mut last = [0; 16];
    last[..rest.len()].copy_from_slice(rest);
    let (low, high) = halves(&last);
    a ^= scramble_low(low);
    b ^= scramble_high(high);
    a ^= value.len() as u64;
    b ^= value.len() as u64;
    a = a.wrapping_add(b);
    b = b.wrapping_add(a);
    a = finish(a);
    b = finish(b);
    a = a.wrapping_add(b);
    b = b.wrapping_add(a);
    (u128::from(b) << 64 | u128::from(a)).to_le_bytes()
}

fn halves(block: &[u8; 16]) -> (u64, u64) {
    let number = u128::from_le_bytes(*block);
    (number as u64, (number >> 64) as u64)
}

fn scramble_low(low: u64) -> u64 {
    low.wrapping_mul(FIRST).rotate_left(31).wrapping_mul(SECOND)
}

fn scramble_high(high: u64) -> u64 {
    high.wrapping_mul(SECOND).rotate_left(33).wrapping_mul(FIRST)
}

fn finish(mut number: u64) -> u64 {
    number ^= number >> 33;
    number = number.wrapping_mul(0xff51_afd7_ed55_8ccd);
    number ^= number >> 33;
    number = number.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    number ^ number >> 33
}
