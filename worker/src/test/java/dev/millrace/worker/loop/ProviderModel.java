package dev.millrace.worker.loop;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A provider of the {@link ClosedLoop}: decides when each call ends, and how. */
public interface ProviderModel {
    /**
     * Returns how a call ends that starts now.
     *
     * @param inFlight other calls in flight, without refused ones
     * @param now time since the start of the simulation
     */
    Reply reply(int inFlight, Duration now);

    /**
     * Returns how a call ends that starts now.
     *
     * @param job custom_id of its job
     */
    default Reply reply(String job, int inFlight, Duration now) {
        return reply(inFlight, now);
    }

    /**
     * The end of a call.
     *
     * @param took time from its start to its end
     */
    record Reply(Verdict verdict, Duration took) {
        public boolean isAnswer() {
            return verdict instanceof Verdict.Answered;
        }
    }

    /** A way in which calls fail. */
    enum Failure {
        UNAVAILABLE(503, ErrorCode.SERVER_ERROR),
        INTERNAL_ERROR(500, ErrorCode.SERVER_ERROR),
        RATE_LIMITED(429, ErrorCode.RATE_LIMIT_EXCEEDED),
        PAGE(403, ErrorCode.SERVER_ERROR),
        REJECTED_KEY(401, ErrorCode.AUTHENTICATION_ERROR),
        TIMED_OUT(0, ErrorCode.TIMEOUT),
        CONNECTION_REFUSED(0, ErrorCode.CONNECTION_ERROR);

        private final int status;
        private final ErrorCode error;

        Failure(int status, ErrorCode error) {
            this.status = status;
            this.error = error;
        }

        /** Returns a failed call that asks for no wait. */
        public Reply after(Duration took) {
            return after(took, null);
        }

        /** Returns a failed call that asks for a wait; null for none. */
        public Reply after(Duration took, @Nullable Duration retryAfter) {
            if (this == CONNECTION_REFUSED) {
                return new Reply(Verdict.unsent(error, "connection refused"), took);
            }
            if (this == TIMED_OUT) {
                return new Reply(
                        new Verdict.Failed(error, "no answer", null, null, Billing.UNCERTAIN),
                        took);
            }
            var response =
                    new Verdict.Response(
                            status, ResponseHeaders.NONE, ProviderBody.of(new byte[0]));
            return new Reply(
                    new Verdict.Failed(
                            error,
                            "it answered " + status,
                            this == PAGE ? response.asPage() : response,
                            retryAfter,
                            Billing.NOTHING),
                    took);
        }

        @Override
        public String toString() {
            return status == 0 ? name().toLowerCase(Locale.ROOT).replace('_', ' ') : "" + status;
        }
    }

    /** Returns times that spread log-normally around a median. */
    static Supplier<Duration> spread(Duration median, double sigma, long seed) {
        var random = new SplittableRandom(seed);
        return () ->
                Duration.ofNanos(
                        (long) (median.toNanos() * Math.exp(sigma * random.nextGaussian())));
    }

    /** Returns a provider that answers each call. */
    static ProviderModel answering(Supplier<Duration> took) {
        return (_, _) -> new Reply(FakeProviders.good(), took.get());
    }

    /** Returns this provider, which also fails a random share of all calls. */
    default ProviderModel failing(double share, Supplier<Reply> failure, long seed) {
        var random = new SplittableRandom(seed);
        return (inFlight, now) ->
                random.nextDouble() < share ? failure.get() : reply(inFlight, now);
    }

    /** Returns this provider, which fails all calls that start in a period. */
    default ProviderModel failingBetween(Duration from, Duration to, Supplier<Reply> failure) {
        return (inFlight, now) ->
                now.compareTo(from) >= 0 && now.compareTo(to) < 0
                        ? failure.get()
                        : reply(inFlight, now);
    }

    /** Returns this provider, which refuses each call of one job. */
    default ProviderModel refusing(String refused, Supplier<Reply> refusal) {
        ProviderModel others = this;
        return new ProviderModel() {
            @Override
            public Reply reply(int inFlight, Duration now) {
                return others.reply(inFlight, now);
            }

            @Override
            public Reply reply(String job, int inFlight, Duration now) {
                return job.equals(refused) ? refusal.get() : reply(inFlight, now);
            }
        };
    }

    /** Returns this provider, which refuses calls above a number in flight. */
    default ProviderModel withConcurrency(int limit, Supplier<Reply> refusal) {
        return (inFlight, now) -> inFlight >= limit ? refusal.get() : reply(inFlight, now);
    }

    /** Returns this provider, which refuses calls that find an empty bucket. */
    default ProviderModel withBucket(double perSecond, double capacity, Supplier<Reply> refusal) {
        ProviderModel unlimited = this;
        return new ProviderModel() {
            private double level = capacity;
            private Duration filledAt = Duration.ZERO;

            @Override
            public Reply reply(int inFlight, Duration now) {
                double seconds = now.minus(filledAt).toNanos() / 1e9;
                level = Math.min(capacity, level + seconds * perSecond);
                filledAt = now;
                if (level < 1) {
                    return refusal.get();
                }
                level--;
                return unlimited.reply(inFlight, now);
            }
        };
    }
}
