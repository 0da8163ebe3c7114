package dev.millrace.worker.port;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The loop's port to those who answer. */
public interface Providers extends AutoCloseable {

    /**
     * Starts a call and returns at once. Exactly one report follows, on another thread or before
     * this returns, whatever happens.
     */
    Call start(Order order, Consumer<Report> receiver);

    /** Ends all calls. */
    @Override
    void close();

    /** A call under way. */
    interface Call {
        /** Ends it as soon as can be; its report still follows. Does nothing after its end. */
        void cancel();
    }

    /**
     * What is to be called.
     *
     * @param record the job's bytes; shared, not to be written to
     * @param maxOutputTokens a limit to be sent along when the body names none; null for none
     */
    record Order(
            JobId job, Model model, byte[] record, @Nullable Long maxOutputTokens, Window window) {}

    /**
     * When a call may be under way, on the loop's ticker; compared by subtraction.
     *
     * @param sendByNanos from then on it is not sent any more, since the worker may have lost touch
     *     with its group meanwhile, and comes to {@link Verdict.Late}
     * @param endByNanos the job's deadline: a call that still runs then is broken off
     */
    record Window(long sendByNanos, long endByNanos) {
        private static final long FAR_NANOS = Long.MAX_VALUE / 2;

        /** Any time that matters. */
        public static Window open(long nowNanos) {
            return new Window(nowNanos + FAR_NANOS, nowNanos + FAR_NANOS);
        }
    }

    /**
     * What came of a call.
     *
     * @param line what was read of the record; null when it is no batch line, and nothing was sent
     * @param unreadable why it is none; empty when it is one
     * @param called whether a call was attempted; false when something was missing beforehand, or
     *     when its time was over before it was sent
     * @param took from its start to its end
     * @param fatal what this process cannot go on after, such as a lack of memory; null for none
     */
    record Report(
            @Nullable RequestLine line,
            String unreadable,
            Verdict verdict,
            boolean called,
            Duration took,
            @Nullable Error fatal) {}
}
