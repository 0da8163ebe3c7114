package dev.millrace.worker.port;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.translate.AddedFields;
import dev.millrace.worker.translate.BodyAdditions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The loop's port to the providers. */
public interface Providers extends AutoCloseable {

    /**
     * Starts a call and returns at once. The receiver gets exactly one report, whatever happens: on
     * another thread, or before this method returns.
     */
    Call start(CallRequest request, Consumer<CallReport> receiver);

    /** Returns the number of API keys of a provider; 0 if its calls need none. */
    default int keyCount(String provider) {
        return 0;
    }

    /**
     * Returns the API keys that were replaced since the last call, because their files have changed
     * or their commands have printed new ones. Calls that start from now on use the new keys.
     */
    default Collection<ProviderKey> takeReplacedKeys() {
        return List.of();
    }

    /**
     * An API key of a provider.
     *
     * @param key its index in the configuration, from 0
     */
    record ProviderKey(String provider, int key) {}

    /** Ends all calls. */
    @Override
    void close();

    /** A running call. */
    interface Call {
        /**
         * Ends the call as soon as possible; its report still follows. Has no effect after the end.
         */
        void cancel();
    }

    /**
     * The call to make.
     *
     * @param idempotencyKey names the request, in all attempts at one model
     * @param attempt number of the attempt at the job, from 1
     * @param record the job's bytes; shared, must not be modified
     * @param additions fields to add to the body
     * @param key which of the provider's API keys to use: any number, taken modulo their number
     * @param streamsChunks true if the events of a streamed answer are forwarded as they arrive
     */
    record CallRequest(
            JobId job,
            String idempotencyKey,
            int attempt,
            Model model,
            byte[] record,
            BodyAdditions additions,
            int key,
            Window window,
            boolean streamsChunks) {
        /** Creates a call named by the job's id, without forwarding of its answer. */
        public CallRequest(
                JobId job,
                int attempt,
                Model model,
                byte[] record,
                @Nullable Long maxOutputTokens,
                int key,
                Window window) {
            this(
                    job,
                    job.value(),
                    attempt,
                    model,
                    record,
                    new BodyAdditions(maxOutputTokens, AddedFields.NONE),
                    key,
                    window,
                    false);
        }
    }

    /**
     * The time in which a call can run, by the loop's ticker; compared by subtraction.
     *
     * @param sendByNanos end of the send window. After it, the worker can have lost its membership
     *     in the group, so the call is not sent and ends with {@link Verdict.SendWindowMissed}
     * @param endByNanos the job's deadline, at which a running call is aborted
     * @param longestNanos longest duration of the call, after which it has timed out; 0 for {@code
     *     worker.timeouts}
     */
    record Window(long sendByNanos, long endByNanos, long longestNanos) {
        private static final long FAR_NANOS = Long.MAX_VALUE / 2;

        /** Returns a window for a call with the configured timeouts. */
        public Window(long sendByNanos, long endByNanos) {
            this(sendByNanos, endByNanos, 0);
        }

        /** Returns a window without practical limits. */
        public static Window open(long nowNanos) {
            return new Window(nowNanos + FAR_NANOS, nowNanos + FAR_NANOS);
        }
    }

    /**
     * The report of a call.
     *
     * @param line the parsed record; null if the record is not a batch line, in which case nothing
     *     was sent
     * @param unreadable why the record is not a batch line; empty if it is one
     * @param called true if a call was attempted; false if a precondition failed, or if the time
     *     ended before the call was sent
     * @param took time from start to end
     * @param firstToken time from the start to the first content of a streamed answer; null if the
     *     answer was not streamed or is not complete
     * @param isForwarded true if an event was forwarded, so that the client can have seen the
     *     beginning of the answer
     * @param addedFields names of the fields that the call has added for the cache of its provider
     * @param fatal error after which this process must stop, such as a lack of memory; null for
     *     none
     */
    record CallReport(
            @Nullable RequestLine line,
            String unreadable,
            Verdict verdict,
            boolean called,
            Duration took,
            @Nullable Duration firstToken,
            boolean isForwarded,
            List<String> addedFields,
            @Nullable Error fatal) {
        public CallReport {
            addedFields = List.copyOf(addedFields);
        }

        /** Creates the report of a call without a streamed answer. */
        public CallReport(
                @Nullable RequestLine line,
                String unreadable,
                Verdict verdict,
                boolean called,
                Duration took,
                @Nullable Error fatal) {
            this(line, unreadable, verdict, called, took, null, false, List.of(), fatal);
        }

        /** Returns a copy with another verdict. */
        public CallReport with(Verdict other) {
            return new CallReport(
                    line,
                    unreadable,
                    other,
                    called,
                    took,
                    firstToken,
                    isForwarded,
                    addedFields,
                    fatal);
        }

        /**
         * Returns the report of the call if it was cancelled with its job. A call that the provider
         * has answered in time is reported unchanged.
         */
        public CallReport ofCancelledJob() {
            return verdict instanceof Verdict.Failed failed && failed.response() == null
                    ? new CallReport(
                            line,
                            unreadable,
                            new Verdict.Failed(
                                    ErrorCode.CANCELLED,
                                    "the job or its batch was cancelled, and its running call was"
                                            + " aborted",
                                    null,
                                    null,
                                    failed.billing()),
                            called,
                            took,
                            null,
                            isForwarded,
                            addedFields,
                            fatal)
                    : this;
        }
    }
}
