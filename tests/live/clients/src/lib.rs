//! What the programs here have in common: each reads a result with another Rust
//! client and writes what that took, as `cargo live bench` reads it.

use std::time::Instant;

/// The host, the port and the query, from the command line.
pub fn arguments() -> (String, u16, String) {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("an address and a query");
    let (address, sql) = (next(), next());
    let (host, port) = address.split_once(':').expect("host:port");
    (host.to_owned(), port.parse().expect("a port"), sql)
}

/// Writes what reading the rows took since `start`.
pub fn report(start: Instant, rows: u64) {
    let seconds = start.elapsed().as_secs_f64();
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, rest) = stat.rsplit_once(')').expect("a name in parentheses");
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |i: usize| fields[i].parse::<f64>().expect("ticks");
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().expect("kB");
    println!(
        r#"{{"rows":{rows},"seconds":{seconds},"cpu_seconds":{},"peak":{}}}"#,
        (ticks(11) + ticks(12)) / 100.0,
        peak << 10
    );
}
