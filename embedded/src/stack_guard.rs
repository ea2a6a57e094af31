//! A stack that is large enough for what the planner does with deep queries:
//! it copies, compares and drops expressions by recursion.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Polls a future on a stack of its own, of so many bytes. Memory that the
/// future does not touch is only reserved.
pub(crate) struct StackGuard<F> {
    future: Pin<Box<F>>,
    stack: usize,
}

impl<F> StackGuard<F> {
    pub(crate) fn new(stack: usize, future: F) -> StackGuard<F> {
        StackGuard { future: Box::pin(future), stack }
    }
}

impl<F: Future> Future for StackGuard<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let stack = self.stack;
        stacker::grow(stack, || self.future.as_mut().poll(cx))
    }
}
