//! SpookyHash V2, by Bob Jenkins.

const FILL: u64 = 0xdead_beef_dead_beef;

/// How long a value is that the form for long ones is used for.
const LONG: usize = 192;

/// The hash of a value, of seed 0.
pub(super) fn hash(value: &[u8]) -> u64 {
    if value.len() < LONG { short(value) } else { long(value) }
}

/// The number that up to eight bytes are, the least one first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn short(value: &[u8]) -> u64 {
    let (mut a, mut b, mut c, mut d) = (0_u64, 0_u64, FILL, FILL);
    let mix = |a: &mut u64, b: &mut u64, c: &mut u64, d: &mut u64| {
        let step = |turned: &mut u64, by: u32, added: u64, other: &mut u64| {
            *turned = turned.rotate_left(by).wrapping_add(added);
            *other ^= *turned;
        };
        for [first, second, third, fourth] in [[50, 52, 30, 41], [54, 48, 38, 37], [62, 34, 5, 36]]
        {
            step(c, first, *d, a);
            step(d, second, *a, b);
            step(a, third, *b, c);
            step(b, fourth, *c, d);
        }
    };
    let mut rest = value;
    while let Some((block, after)) = rest.split_first_chunk::<32>() {
        c = c.wrapping_add(number(&block[..8]));
        d = d.wrapping_add(number(&block[8..16]));
        mix(&mut a, &mut b, &mut c, &mut d);
        a = a.wrapping_add(number(&block[16..24]));
        b = b.wrapping_add(number(&block[24..]));
        rest = after;
    }
    if let Some((block, after)) = rest.split_first_chunk::<16>() {
        c = c.wrapping_add(number(&block[..8]));
        d = d.wrapping_add(number(&block[8..]));
        mix(&mut a, &mut b, &mut c, &mut d);
        rest = after;
    }
    d = d.wrapping_add((value.len() as u64) << 56);
    let (low, high) = rest.split_at(rest.len().min(8));
    c = c.wrapping_add(if rest.is_empty() { FILL } else { number(low) });
    d = d.wrapping_add(if rest.is_empty() { FILL } else { number(high) });
    let mut state = [a, b, c, d];
    for (turn, by) in [15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63].into_iter().enumerate() {
        let (mixed, turned) = ((turn + 3) % 4, (turn + 2) % 4);
        state[mixed] ^= state[turned];
        state[turned] = state[turned].rotate_left(by);
        state[mixed] = state[mixed].wrapping_add(state[turned]);
    }
    state[0]
}

fn long(value: &[u8]) -> u64 {
    let mut state = [0, 0, FILL, 0, 0, FILL, 0, 0, FILL, 0, 0, FILL];
    let (blocks, rest) = value.as_chunks::<96>();
    for block in blocks {
        mix(&mut state, block);
    }
    let mut last = [0; 96];
    last[..rest.len()].copy_from_slice(rest);
    last[95] = rest.len() as u8;
    for (state, word) in state.iter_mut().zip(last.chunks(8)) {
        *state = state.wrapping_add(number(word));
    }
    for _ in 0..3 {
        let turns = [44, 15, 34, 21, 38, 33, 10, 13, 38, 53, 42, 54];
        for (at, by) in (1..).zip(turns) {
            let (at, before, after) = (at % 12, (at + 10) % 12, (at + 1) % 12);
            state[before] = state[before].wrapping_add(state[at]);
            state[after] ^= state[before];
            state[at] = state[at].rotate_left(by);
        }
    }
    state[0]
}

fn mix(state: &mut [u64; 12], block: &[u8; 96]) {
    let turns = [11, 32, 43, 31, 17, 28, 39, 57, 55, 54, 22, 46];
    for (at, (word, by)) in block.chunks(8).zip(turns).enumerate() {
        let before = (at + 11) % 12;
        state[at] = state[at].wrapping_add(number(word));
        state[(at + 2) % 12] ^= state[(at + 10) % 12];
        state[before] ^= state[at];
        state[at] = state[at].rotate_left(by);
        state[before] = state[before].wrapping_add(state[(at + 1) % 12]);
    }
}
