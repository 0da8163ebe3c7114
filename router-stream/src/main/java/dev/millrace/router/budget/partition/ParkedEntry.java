package dev.millrace.router.budget.partition;

import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingJob;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The entry of a parked job: its facts, or its bytes if it cannot be read. */
sealed interface ParkedEntry {
    /** Returns when the job was parked, in milliseconds since the epoch. */
    long sinceMillis();

    /** Returns the position of the job, which no other job has. */
    long sequence();

    /**
     * A parked job, without its record.
     *
     * @param apiKey id of the API key that submitted it; null for none
     * @param declaredLimit limit that its batch has declared; null for none
     * @param isShared true if it was called, and identical jobs may wait for its answer
     * @param amount amount that it needs at the current prices
     * @param sinceMillis when it was parked, in milliseconds since the epoch
     * @param bytes size of its entry
     */
    record Parked(
            @Nullable String apiKey,
            @Nullable BigDecimal declaredLimit,
            boolean isShared,
            BigDecimal amount,
            long sinceMillis,
            WaitingJob waiting,
            int bytes)
            implements ParkedEntry {
        @Override
        public long sequence() {
            return waiting.sequence();
        }

        /**
         * Returns the entry of a job.
         *
         * @param amount amount that it needs at the current prices
         * @param bytes size of its entry
         */
        public static Parked of(
                PlannedRecord job, BigDecimal amount, WaitingJob waiting, int bytes) {
            var identity = job.job().identity();
            return new Parked(
                    identity.apiKey(),
                    identity.batchLimitUsd(),
                    job.isShared(),
                    amount,
                    job.sinceMillis(),
                    waiting,
                    bytes);
        }
    }

    /**
     * An unreadable entry. It precedes all jobs, so that it is removed first.
     *
     * @param message internal error
     */
    record Unreadable(String group, long sequence, byte[] entry, String message)
            implements ParkedEntry {
        @Override
        public long sinceMillis() {
            return 0;
        }
    }
}
