package dev.millrace.router.watch.guard;

import dev.millrace.contracts.control.Trip;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a guard counts, or has tripped and waits for someone to clear it.
 *
 * <pre>
 *               breach, or a trip in control
 *   Counting ───────────────────────────────► Tripped
 *     │  ▲ ▲                                     │
 *     └──┘ └─────────────────────────────────────┘
 *   another clearing        cleared in control
 * </pre>
 *
 * With each arrow the windows start anew. Control shows an own trip a little later: until then what
 * it says is of before.
 */
sealed interface GuardStatus {
    /** Of what is stored. */
    byte VERSION = 2;

    /** Of what is stored. */
    int BYTES = 2 + 2 * Long.BYTES;

    /** No clearing has been seen yet. */
    long NEVER = 0;

    /**
     * How long after a clearing was seen a job may turn out to have ended before it, by the
     * router's clock. Later ones count, whatever the clock of their worker says: no worker whose
     * clock is behind goes unwatched for longer.
     */
    Duration SETTLED_WITHIN = Duration.ofSeconds(10);

    /** An own trip that control has not shown for so long has been taken away there. */
    Duration SHOWN_WITHIN = Duration.ofSeconds(30);

    /**
     * It counts.
     *
     * @param clearedMillis the clearing that the windows began after, by the clock of who cleared,
     *     or {@link #NEVER}
     * @param sinceMillis when that clearing was seen, by the router's clock: jobs that had ended
     *     before do not count; or {@link #NEVER}
     */
    record Counting(long clearedMillis, long sinceMillis) implements GuardStatus {

        /**
         * Whether the end of a job counts.
         *
         * @param endedMillis when it ended, by the clock of its worker
         */
        boolean counts(long endedMillis, long nowMillis) {
            long passed = nowMillis - sinceMillis;
            boolean isSettled = passed < 0 || passed >= SETTLED_WITHIN.toMillis();
            return isSettled || endedMillis > sinceMillis;
        }
    }

    /** It has tripped. */
    record Tripped(long atMillis) implements GuardStatus {}

    /** Of a rule that has not been watched before. */
    static GuardStatus first(Optional<Trip> known) {
        return new Counting(cleared(known), NEVER).onControl(known, NEVER);
    }

    /** Of a version byte, 1 when it has tripped, and its times. */
    default byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).put(VERSION);
        return switch (this) {
            case Counting(var cleared, var since) ->
                    out.put((byte) 0).putLong(cleared).putLong(since).array();
            case Tripped(var at) -> out.put((byte) 1).putLong(at).array();
        };
    }

    /**
     * Reads what {@link #encode} wrote. Empty for what another version wrote: the rule is watched
     * from the beginning then, and what has tripped stands in control.
     */
    static Optional<GuardStatus> decode(byte[] stored) {
        if (stored.length != BYTES || stored[0] != VERSION) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(stored, 1, BYTES - 1);
        return Optional.of(
                in.get() == 1
                        ? new Tripped(in.getLong())
                        : new Counting(in.getLong(), in.getLong()));
    }

    /** What it is after a look into control. */
    default GuardStatus onControl(Optional<Trip> known, long nowMillis) {
        if (known.isPresent() && known.get().isInForce()) {
            return this instanceof Tripped ? this : new Tripped(millis(known.get()));
        }
        return switch (this) {
            case Counting(var seen, _) ->
                    cleared(known) > seen ? new Counting(cleared(known), nowMillis) : this;
            case Tripped(var at) ->
                    isAbout(at, known) || nowMillis - at > SHOWN_WITHIN.toMillis()
                            ? new Counting(cleared(known), nowMillis)
                            : this;
        };
    }

    private static boolean isAbout(long tripMillis, Optional<Trip> known) {
        return known.filter(it -> millis(it) >= tripMillis).isPresent();
    }

    private static long millis(Trip trip) {
        return trip.trippedAt().toEpochMilli();
    }

    private static long cleared(Optional<Trip> known) {
        return known.flatMap(Trip::clearedAt).map(it -> it.toEpochMilli()).orElse(NEVER);
    }
}
