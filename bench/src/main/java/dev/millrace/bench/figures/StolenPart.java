package dev.millrace.bench.figures;

import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalDouble;

/** Measures the processor time that the machine's host gave to others, from now on. */
public final class StolenPart {
    private final InstantSource clock;
    private final StolenTime stolen = StolenTime.ofThisMachine();
    private final Instant begin;

    /** Begins the measurement. */
    public StolenPart(InstantSource clock) {
        this.clock = clock;
        begin = clock.instant();
        stolen.sample(begin);
    }

    /** Returns the stolen part of all processor time so far, 0 to 1; empty if it is unknown. */
    public OptionalDouble sinceBegin() {
        Instant now = clock.instant();
        stolen.sample(now);
        return stolen.between(begin, now);
    }
}
