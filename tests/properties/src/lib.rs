//! What holds of everything that reads what others wrote, whatever they wrote.
//!
//! A [`Property`] is a function of bytes that panics where something does not hold:
//! more than that nothing panics, for example that what was written is read back.
//! `tests/random.rs` runs all of them in `cargo test`, with inputs made by chance from
//! [seeds](Property::seeds); `fuzz/` runs them in libFuzzer. `docs/fuzzing.md` tells how.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

mod answer;
mod batch;
mod columns;
mod compile;
mod files;
mod lake_toml;
pub mod mutate;
mod presto_page;
mod segment;
mod snapshot;
mod statement;
mod thrift;
mod tokens;
mod type_name;
mod url;

/// Something that holds of every input.
#[derive(Debug)]
pub struct Property {
    /// Its name, which is also that of its target in `fuzz/`.
    pub name: &'static str,
    /// Panics where it does not hold.
    holds: fn(&[u8]),
    /// Real inputs, to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// The memory that reading may take at a time, of the thread that reads: so many
    /// bytes, and so many more for each byte of the input.
    memory: (u64, u64),
}

/// All properties.
pub const ALL: [Property; 11] = [
    tokens::PROPERTY,
    compile::PROPERTY,
    snapshot::PROPERTY,
    lake_toml::PROPERTY,
    url::PROPERTY,
    statement::PROPERTY,
    type_name::PROPERTY,
    answer::PROPERTY,
    presto_page::PROPERTY,
    thrift::PROPERTY,
    segment::PROPERTY,
];

/// How long one input may take: far more than any does, also in an unoptimised build on
/// a busy machine.
const TIME: Duration = Duration::from_secs(10);

impl Property {
    /// The property of a name.
    pub fn named(name: &str) -> &'static Property {
        static PROPERTIES: [Property; ALL.len()] = ALL;
        let found = PROPERTIES.iter().find(|property| property.name == name);
        found.unwrap_or_else(|| panic!("property `{name}` does not exist"))
    }

    /// Why the property does not hold of an input, where it does not.
    pub fn broken_by(&self, input: &[u8]) -> Option<String> {
        let start = Instant::now();
        let mut outcome = Ok(());
        let memory = allocation_counter::measure(|| {
            outcome = catch_unwind(AssertUnwindSafe(|| (self.holds)(input)));
        });
        if let Err(panic) = outcome {
            return Some(message(&*panic).to_owned());
        }
        let (fixed, each) = self.memory;
        let most = fixed + each * input.len() as u64;
        if memory.bytes_max > most {
            let found = memory.bytes_max;
            return Some(format!("it took {found} bytes of memory, more than {most}"));
        }
        let took = start.elapsed();
        (took > TIME).then(|| format!("it took {took:?}"))
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked")
}

/// Panics where the property of a name does not hold of an input.
///
/// # Panics
///
/// Then.
pub fn check(name: &str, input: &[u8]) {
    if let Some(why) = Property::named(name).broken_by(input) {
        panic!("{why}");
    }
}
