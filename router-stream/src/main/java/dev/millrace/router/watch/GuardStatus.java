package dev.millrace.router.watch;

import dev.millrace.contracts.control.Trip;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
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
    byte VERSION = 1;

    /** Of what is stored. */
    int BYTES = 2 + 2 * Long.BYTES;

    /** No clearing has been seen yet. */
    long NEVER = 0;

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
    record Counting(long clearedMillis, long sinceMillis) implements GuardStatus {}

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
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException for anything else
     */
    static GuardStatus decode(byte[] stored) {
        if (stored.length != BYTES || stored[0] != VERSION) {
            throw new IllegalStateException(
                    "the store of arms holds a guard of another version: "
                            + HexFormat.of().formatHex(stored));
        }
        var in = ByteBuffer.wrap(stored, 1, BYTES - 1);
        return in.get() == 1 ? new Tripped(in.getLong()) : new Counting(in.getLong(), in.getLong());
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
