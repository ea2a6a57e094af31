//! Room for deep queries.

use crate::parse::Limits;

/// Tries something with a query of so many tokens: on this thread, within the limits of
/// everyday queries, and where that fails, on a thread with room for whatever the limits
/// allow.
///
/// A thread costs as much as half of compiling an everyday query. What is wrong with a
/// query is found where there is room for it, whether its depth is or not.
pub(crate) fn with_room<T: Send>(
    tokens: usize,
    attempt: impl Fn(Limits) -> T + Sync,
    succeeds: impl Fn(&T) -> bool,
) -> T {
    if tokens <= Limits::EVERYDAY.tokens {
        let result = attempt(Limits::EVERYDAY);
        if succeeds(&result) {
            return result;
        }
    }
    // Without a thread, what is deep is refused.
    on_large_stack(|| attempt(Limits::MOST)).unwrap_or_else(|| attempt(Limits::EVERYDAY))
}

/// Runs something on a thread with a large stack; `None` where no thread can be had.
pub(crate) fn on_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("lakequery".to_owned())
            .stack_size(STACK_SIZE)
            .spawn_scoped(scope, run)
            .ok()?;
        Some(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Room for the deepest query that the limits allow; only what is used is ever
/// backed by memory.
const STACK_SIZE: usize = 256 << 20;
