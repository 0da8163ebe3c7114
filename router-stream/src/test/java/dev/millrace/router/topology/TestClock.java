package dev.millrace.router.topology;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test advances. */
public final class TestClock implements InstantSource {
    private Instant now;

    public TestClock() {
        this(Instant.parse("2026-11-20T12:00:00Z"));
    }

    public TestClock(Instant start) {
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    public void advance(Duration step) {
        now = now.plus(step);
    }
}
