//! Every property, held against real inputs, against inputs that once broke it, and
//! against real ones with changes made by chance: other ones each day.
//!
//! `docs/fuzzing.md` tells how to repeat a run and an input.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use fastrand::Rng;
use lakequery_properties::Property;
use lakequery_properties::mutate::mutated;

/// How long inputs are made for a property, unless `LAKEQUERY_FUZZ_SECONDS` says so.
const SECONDS: u64 = 3;

/// How many inputs are made at least, however slow the machine is.
const LEAST: u64 = 20;

/// How long a smaller input is looked for that breaks the property, too.
const SMALLER: Duration = Duration::from_secs(20);

fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is {value:?}, which is not a number")))
}

/// The days since 1970, so that each day has other inputs and all machines the same.
fn seed() -> u64 {
    let today = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    variable("LAKEQUERY_FUZZ_SEED").unwrap_or_else(|| today() / 86_400)
}

fn holds(name: &str) {
    let property = Property::named(name);
    let mut last = Last::new(name);
    let seeds = (property.seeds)();
    assert!(seeds.len() >= 10, "only {} seeds", seeds.len());
    for (i, input) in seeds.iter().enumerate() {
        hold(property, input, &mut last, &format!("seed input {i}"));
    }
    for path in found(name) {
        let input = std::fs::read(&path).expect("an input that once broke it");
        hold(property, &input, &mut last, &path.display().to_string());
    }
    let seed = seed();
    println!("LAKEQUERY_FUZZ_SEED={seed}");
    let seconds = variable("LAKEQUERY_FUZZ_SECONDS").unwrap_or(SECONDS);
    let (start, end) = (Instant::now(), Duration::from_secs(seconds));
    let mut random = Rng::with_seed(seed);
    let mut count = 0;
    while start.elapsed() < end || count < LEAST {
        let input = mutated(&seeds, &mut random);
        hold(property, &input, &mut last, &format!("LAKEQUERY_FUZZ_SEED={seed}, input {count}"));
        count += 1;
    }
    println!("{count} inputs");
}

thread_local! {
    /// Whether a property is being held against an input, and where it panicked last.
    static HOLDING: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Why the property does not hold of the input, where it does not, and where that showed.
fn broken_by(property: &Property, input: &[u8]) -> Option<String> {
    static QUIET: Once = Once::new();
    // A smaller input is looked for by hundreds of panics that nobody wants to read.
    QUIET.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| match panic.location() {
            Some(place) if HOLDING.get() => PLACE.set(format!(" ({place})")),
            _ => usual(panic),
        }));
    });
    PLACE.take();
    HOLDING.set(true);
    let why = property.broken_by(input);
    HOLDING.set(false);
    why.map(|why| why + &PLACE.take())
}

/// The file of the input that is being read: where the process ends, it is still there.
struct Last {
    path: PathBuf,
    file: File,
}

impl Last {
    fn new(name: &str) -> Last {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.input"));
        let file = File::create(&path).expect("a file");
        Last { path, file }
    }

    fn write(&mut self, input: &[u8]) {
        let written = self.file.rewind().and_then(|()| self.file.write_all(input));
        written.and_then(|()| self.file.set_len(input.len() as u64)).expect("a written file");
    }
}

/// Panics with all that is needed to try again where the property does not hold.
fn hold(property: &Property, input: &[u8], last: &mut Last, origin: &str) {
    last.write(input);
    let Some(why) = broken_by(property, input) else { return };
    let input = smaller(property, input);
    last.write(&input);
    panic!(
        "property `{}` does not hold ({origin}): {why}\n\
         the input, made smaller, is in {}: b\"{}\"",
        property.name,
        last.path.display(),
        input.escape_ascii()
    );
}

/// A smaller input that breaks the property, too: parts are left out while it does.
fn smaller(property: &Property, input: &[u8]) -> Vec<u8> {
    let start = Instant::now();
    let mut input = input.to_vec();
    let mut length = input.len() / 2;
    while length > 0 {
        let mut at = 0;
        while at < input.len() && start.elapsed() < SMALLER {
            let end = input.len().min(at + length);
            let without = [&input[..at], &input[end..]].concat();
            match broken_by(property, &without) {
                Some(_) => input = without,
                None => at = end,
            }
        }
        length /= 2;
    }
    input
}

/// The inputs that once broke a property.
fn found(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found").join(name);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

macro_rules! properties {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                holds(stringify!($name));
            }
        )*

        #[test]
        fn every_property_is_held_and_has_a_target() {
            let names = lakequery_properties::ALL.map(|property| property.name);
            assert_eq!(names, [$(stringify!($name)),*]);
            let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
            let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).expect("a manifest");
            for name in names {
                assert!(fuzz.join(format!("fuzz_targets/{name}.rs")).is_file(), "{name}");
                assert!(manifest.contains(&format!("\nname = \"{name}\"\n")), "{name}");
            }
        }
    };
}

properties! {
    tokens compile snapshot lake_toml url statement type_name answer presto_page thrift segment
}
