package dev.millrace.router.guards;

import dev.millrace.contracts.control.Trip;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Status of a guard: it counts outcomes, or it has tripped and waits until someone clears the trip.
 *
 * <pre>
 *               breach, or a trip in control
 *   Counting ───────────────────────────────► Tripped
 *     │  ▲ ▲                                     │
 *     └──┘ └─────────────────────────────────────┘
 *   another clearing        cleared in control
 * </pre>
 *
 * Each transition empties the windows. Control shows a trip of this guard with a delay; until then,
 * the last trip in control is an earlier one.
 */
sealed interface GuardStatus {
    /** Version of the stored form. */
    byte VERSION = 2;

    /** Size of the stored form. */
    int BYTES = 2 + 2 * Long.BYTES;

    /** Represents the time of no clearing. */
    long NEVER = 0;

    /**
     * Period after a clearing, by the router's clock, in which jobs that ended before the clearing
     * are ignored. After this period they count, so that a worker with a late clock is monitored
     * again.
     */
    Duration CLEARING_GRACE = Duration.ofSeconds(10);

    /** Time after which an unseen trip of this guard counts as deleted from control. */
    Duration TRIP_VISIBLE_WITHIN = Duration.ofSeconds(30);

    /**
     * The guard counts outcomes.
     *
     * @param clearedMillis time of the last clearing by the clock of the process that cleared, or
     *     {@link #NEVER}
     * @param sinceMillis when the router saw that clearing, by its own clock, or {@link #NEVER}
     */
    record Counting(long clearedMillis, long sinceMillis) implements GuardStatus {

        /**
         * Returns true if the outcome of a job counts: its call began after the last clearing.
         *
         * @param endedMillis when the job ended by its worker's clock
         * @param callAgeMillis time from the start of its call until that end, 0 or more
         */
        boolean counts(long endedMillis, long callAgeMillis, long nowMillis) {
            if (endedMillis > sinceMillis) {
                return endedMillis - callAgeMillis > sinceMillis;
            }
            long passed = nowMillis - sinceMillis;
            return passed < 0 || passed >= CLEARING_GRACE.toMillis();
        }
    }

    /** The guard has tripped, and counts nothing. */
    record Tripped(long atMillis) implements GuardStatus {}

    /** Returns the status of a guard without stored state. */
    static GuardStatus initial(Optional<Trip> lastTrip) {
        return new Counting(cleared(lastTrip), NEVER).onControl(lastTrip, NEVER);
    }

    /** Encodes the status as a version byte, a byte (1 if tripped), and its times. */
    default byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).put(VERSION);
        return switch (this) {
            case Counting(var cleared, var since) ->
                    out.put((byte) 0).putLong(cleared).putLong(since).array();
            case Tripped(var at) -> out.put((byte) 1).putLong(at).array();
        };
    }

    /**
     * Reads a stored status. Returns empty for an unknown version: monitoring then starts over, and
     * trips are read from control.
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

    /** Returns the next status, given the arm's last trip in control. */
    default GuardStatus onControl(Optional<Trip> lastTrip, long nowMillis) {
        if (lastTrip.isPresent() && lastTrip.get().isInForce()) {
            return this instanceof Tripped ? this : new Tripped(millis(lastTrip.get()));
        }
        return switch (this) {
            case Counting(var seen, _) ->
                    cleared(lastTrip) > seen ? new Counting(cleared(lastTrip), nowMillis) : this;
            case Tripped(var at) ->
                    isVisible(at, lastTrip) || nowMillis - at > TRIP_VISIBLE_WITHIN.toMillis()
                            ? new Counting(cleared(lastTrip), nowMillis)
                            : this;
        };
    }

    private static boolean isVisible(long tripMillis, Optional<Trip> lastTrip) {
        return lastTrip.filter(it -> millis(it) >= tripMillis).isPresent();
    }

    private static long millis(Trip trip) {
        return trip.trippedAt().toEpochMilli();
    }

    private static long cleared(Optional<Trip> lastTrip) {
        return lastTrip.flatMap(Trip::clearedAt).map(it -> it.toEpochMilli()).orElse(NEVER);
    }
}
