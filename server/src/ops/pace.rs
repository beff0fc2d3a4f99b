//! A connection whose client must take answers at some pace. A client that takes a few bytes now and then would hold the
//! memory of a long answer for hours, and with it that of others: the budget for answers is shared.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The slowest pace of a client, in bytes for each second.
const SLOWEST: u64 = 16 * 1024;

/// A stream that is broken off when its client takes an answer at less than [`SLOWEST`], after a time of grace.
#[derive(Debug)]
pub(super) struct Paced<T> {
    stream: T,
    answer: Pace,
}

/// How fast the answer that is being sent is taken.
#[derive(Debug)]
struct Pace {
    grace: Duration,
    /// When the first byte was to be written that the client has not all taken since.
    since: Option<Instant>,
    written: u64,
}

impl<T> Paced<T> {
    /// The stream, whose client may be slower than the pace for the time of `grace`.
    pub(super) fn new(stream: T, grace: Duration) -> Self {
        let answer = Pace {
            grace,
            since: None,
            written: 0,
        };
        Paced { stream, answer }
    }
}

impl Pace {
    /// Counts bytes that were written. Returns whether the client is fast enough.
    fn keeps_up(&mut self, bytes: usize, now: Instant) -> bool {
        let since = *self.since.get_or_insert(now);
        self.written = self.written.saturating_add(bytes as u64);
        now.saturating_duration_since(since) <= self.grace + Duration::from_secs(self.written / SLOWEST)
    }

    /// Everything was written: the next answer has its own time.
    fn done(&mut self) {
        (self.since, self.written) = (None, 0);
    }

    fn check(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let bytes = match &written {
            Poll::Ready(Ok(bytes)) => *bytes,
            Poll::Ready(Err(_)) | Poll::Pending => 0,
        };
        match self.keeps_up(bytes, Instant::now()) {
            true => written,
            false => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Paced<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Paced<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.answer.check(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.answer.check(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// HTTP flushes the stream when it has written all of an answer.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if flushed.is_ready() {
            self.answer.done();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_falls_behind_does_not_keep_up() {
        let seconds = Duration::from_secs;
        let (begin, mut pace) = (Instant::now(), Paced::new((), seconds(30)).answer);
        // What fits into the buffers of the system is taken at once: a megabyte is worth 64 seconds.
        assert!(pace.keeps_up(1024 * 1024, begin));
        assert!(pace.keeps_up(0, begin + seconds(94)));
        assert!(!pace.keeps_up(1, begin + seconds(95)));
        // Whoever takes the least that he must may go on.
        pace.done();
        for second in 0..10_000 {
            assert!(pace.keeps_up(16 * 1024, begin + seconds(100 + second)), "{second}");
        }
        // The time between two answers does not count.
        pace.done();
        assert!(pace.keeps_up(1, begin + seconds(1_000_000)));
        assert!(pace.keeps_up(1, begin + seconds(1_000_030)));
        assert!(!pace.keeps_up(1, begin + seconds(1_000_031)));
    }
}
