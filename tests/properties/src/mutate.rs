//! Inputs by chance: real ones with a few changes. A fuzzer that sees which code runs
//! finds more; this finds on every machine what is near to real inputs.

use fastrand::Rng;

/// The longest input that is made.
const LONGEST: usize = 1 << 16;

/// Texts that readers treat in their own way.
const WORDS: [&[u8]; 24] = [
    b"0",
    b"-1",
    b"2147483647",
    b"2147483648",
    b"18446744073709551615",
    b"99999999999999999999999999999999999999999",
    b"1e999",
    b"NaN",
    b"null",
    b"''",
    b"\"",
    b"'",
    b"`",
    b"/*",
    b"--",
    b"\\",
    b"\\u",
    b"{",
    b"${",
    b"%",
    b"\0",
    b"\n",
    "é😀\u{301}".as_bytes(),
    b"\xff\xc0",
];

/// Numbers of lengths and counts that readers may trust.
const NUMBERS: [u32; 8] =
    [0, 1, 0xff, 0x1_0000, 0x0100_0000, i32::MAX.cast_unsigned(), 1 << 31, u32::MAX];

/// One of the seeds with a few changes.
pub fn mutated(seeds: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut input = pick(seeds, random).to_vec();
    for _ in 0..=random.usize(0..5) {
        change(&mut input, seeds, random);
        input.truncate(LONGEST);
    }
    input
}

fn pick<'a>(seeds: &'a [Vec<u8>], random: &mut Rng) -> &'a [u8] {
    random.choice(seeds).map_or(&[], Vec::as_slice)
}

fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Rng) {
    let here = part(input, random);
    match random.u8(0..12) {
        0 => {
            if let Some(byte) = input.get_mut(here.start) {
                *byte ^= 1 << random.u8(0..8);
            }
        }
        1 => {
            if let Some(byte) = input.get_mut(here.start) {
                *byte = random.u8(..);
            }
        }
        2 => {
            let number = NUMBERS[random.usize(0..NUMBERS.len())];
            let bytes = if random.bool() { number.to_le_bytes() } else { number.to_be_bytes() };
            let place = input.iter_mut().skip(here.start);
            place.zip(bytes).for_each(|(place, byte)| *place = byte);
        }
        3 => drop(input.drain(here)),
        4 => input.truncate(here.start),
        5 => {
            let again = input[here.clone()].repeat(random.usize(1..4));
            drop(input.splice(here.end..here.end, again));
        }
        6 => {
            // What nests, nests deeper.
            let again = input[here.clone()].repeat(random.usize(1..300));
            drop(input.splice(here, again));
        }
        7 | 8 => {
            let word = WORDS[random.usize(0..WORDS.len())];
            let end = if random.bool() { here.end } else { here.start };
            drop(input.splice(here.start..end, word.iter().copied()));
        }
        9 => {
            let other = pick(seeds, random);
            let there = part(other, random);
            drop(input.splice(here.start..here.start, other[there].iter().copied()));
        }
        10 => {
            let other = pick(seeds, random);
            let there = part(other, random);
            drop(input.splice(here, other[there].iter().copied()));
        }
        _ => {
            let there = part(input, random);
            let moved = input[here.clone()].to_vec();
            if there.end <= here.start {
                drop(input.drain(here));
                drop(input.splice(there, moved));
            }
        }
    }
}

/// A part of an input: a word, a few words, or any bytes.
fn part(input: &[u8], random: &mut Rng) -> std::ops::Range<usize> {
    if input.is_empty() {
        return 0..0;
    }
    let at = random.usize(0..input.len());
    if random.u8(0..3) == 0 {
        let length = random.usize(0..64).min(input.len() - at);
        return at..at + length;
    }
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let start = input[..at].iter().rposition(|byte| !is_word(byte)).map_or(0, |before| before + 1);
    let mut end = at;
    for _ in 0..=random.usize(0..4) {
        end += input[end..].iter().position(|byte| !is_word(byte)).unwrap_or(input.len() - end);
        end = input.len().min(end + 1);
    }
    // Most words end before the sign behind them.
    if end > start + 1 && random.u8(0..4) > 0 { start..end - 1 } else { start..end }
}
