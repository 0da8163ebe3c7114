package dev.millrace.sink;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.erasure.ExpiredRows;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when the sink's thread deletes expired rows: in small steps between its own transactions.
 */
final class RetentionSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionSchedule.class);

    /** Interval between steps while rows are left, so that storing has most of the time. */
    private static final long BUSY_NANOS = Duration.ofMillis(100).toNanos();

    /** Interval between steps while no rows are left. */
    private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();

    private final ExpiredRows expired;
    private final LongSupplier ticker;
    private long lastNanos;
    private boolean hasMore;

    RetentionSchedule(ExpiredRows expired, LongSupplier ticker) {
        this.expired = expired;
        this.ticker = ticker;
        // The first step is due at once.
        this.lastNanos = ticker.getAsLong() - IDLE_NANOS;
    }

    /** Returns true while expired rows are left, so that the loop must not wait long. */
    boolean hasMore() {
        return hasMore;
    }

    /** Performs one step if it is due. A failure delays the next step and has no other effect. */
    void deleteIfDue() {
        long now = ticker.getAsLong();
        if (now - lastNanos < (hasMore ? BUSY_NANOS : IDLE_NANOS)) {
            return;
        }
        try {
            hasMore = expired.deleteSome();
        } catch (DatabaseException e) {
            hasMore = false;
            LOG.atWarn()
                    .addKeyValue("problem", e.getMessage())
                    .log("expired rows were not deleted; the next attempt is in a minute");
        }
        lastNanos = ticker.getAsLong();
    }
}
