//! Nothing: the benchmarks are in `benches/`. `docs/benchmarks.md` says how to run them.
