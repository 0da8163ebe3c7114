package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.simulation.Scenario.Outage;
import dev.millrace.worker.simulation.Scenario.Refusal;
import dev.millrace.worker.simulation.time.EventType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The provider: decides the outcome, duration and price of each call. */
final class Upstream {
    private static final ResponseHeaders HEADERS =
            new ResponseHeaders(Map.of("x-request-id", "request"));

    /** Small enough for the shortest body of a job. */
    private static final int MAX_INPUT_TOKENS = 30;

    /** The cheaper tier of a model. */
    static final String TIER = "flex";

    /** One more than the longest calls at the cheaper tier, as a multiple of others. */
    private static final int CHEAPER_SLOWNESS = 7;

    private static final int OUTPUT_MICROS = 2;
    private static final int MICROS = 6;
    private static final Duration LONGEST_REFUSAL = Duration.ofMillis(200);

    /** Failures after which a job is retried or falls back. */
    private static final List<Outcome> FAILURES =
            List.of(
                    Outcome.THROTTLED,
                    Outcome.SERVER_ERROR,
                    Outcome.GATEWAY_ERROR,
                    Outcome.CONNECTION_REFUSED,
                    Outcome.CONNECTION_LOST,
                    Outcome.TIMED_OUT);

    /** The spread of the latencies of a joint history, which are log-normal around a second. */
    private static final double SIGMA = 1.3;

    private static final long LEAST_NANOS = 100_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Factor of the latency of a slow model. */
    private static final int SLOWNESS = 20;

    private final Scenario scenario;
    private boolean isRecovered;

    /** The outcome of a call. Each outcome has an event type of equal name. */
    enum Outcome {
        ANSWERED,
        ANSWERED_WITHOUT_USAGE,
        THROTTLED,
        SERVER_ERROR,
        /** A gateway before the provider timed out; the provider can have answered and billed. */
        GATEWAY_ERROR,
        CONNECTION_REFUSED,
        CONNECTION_LOST,
        TIMED_OUT,
        INVALID_RESPONSE,
        REJECTED,
        RESPONSE_TOO_LARGE,
        HUNG,
        WRONG_KEY,
        NO_CREDIT,
        WRONG_MODEL_NAME;

        /** Outcomes without a fault, or with a fault of the job. */
        private static final List<Outcome> RANDOM = List.copyOf(EnumSet.range(ANSWERED, HUNG));

        /** Outcomes that last until the settings of the provider are corrected. */
        static final List<Outcome> REFUSALS = List.of(WRONG_KEY, NO_CREDIT, WRONG_MODEL_NAME);
    }

    /**
     * The planned fate of a call, decided at its start.
     *
     * @param usage token usage if it is billed
     * @param statedMicros what the provider charges and says that it charges; null if it charges
     *     the catalog's price and says nothing
     * @param isBilled true if the provider charges the call
     * @param duration time from sending the call to its end
     * @param sentAfter time from starting the call to sending it
     * @param cancelledAfter time from cancelling the call to its report
     * @param retryAfter wait requested by the provider; null for none
     * @param isCheaper true for a call at the cheaper tier
     */
    record Plan(
            Outcome outcome,
            TokenUsage usage,
            @Nullable Long statedMicros,
            boolean isBilled,
            Duration duration,
            Duration sentAfter,
            Duration cancelledAfter,
            @Nullable Duration retryAfter,
            boolean isCheaper) {

        long billedMicros() {
            return isBilled
                    ? Objects.requireNonNullElse(statedMicros, micros(usage, isCheaper))
                    : 0;
        }

        private Billing.Billed billing() {
            return new Billing.Billed(
                    usage,
                    isCheaper ? new ServiceUse(TIER, Map.of()) : ServiceUse.NONE,
                    Set.of(),
                    Optional.ofNullable(statedMicros).map(it -> BigDecimal.valueOf(it, MICROS)));
        }

        boolean isSentAtAll() {
            return outcome != Outcome.CONNECTION_REFUSED;
        }
    }

    Upstream(Scenario scenario) {
        this.scenario = scenario;
    }

    /** Makes the provider answer every call from now on. */
    void recover() {
        isRecovered = true;
    }

    /**
     * Decides the future of a call. Depends only on the seed, the job and the arguments, so that
     * other events cannot change it.
     *
     * @param ordinal number of the job's start, from 1
     * @param apiKey of the call
     * @param isCheaper true for a call at the cheaper tier
     * @param now nanoseconds since the start of the history
     */
    Plan plan(Task task, int ordinal, int apiKey, boolean isCheaper, long now) {
        long key = scenario.seed() * 31 + task.name.hashCode();
        var random = new SplittableRandom(key * 31 + ordinal);
        Outage outage = outageOf(task, now);
        Outcome outcome =
                isRecovered || random.nextDouble() < scenario.provider().good()
                        ? Outcome.ANSWERED
                        : randomOutcome(random);
        if (!isRecovered && task.topic.model().equals(scenario.fallback().failing())) {
            outcome = FAILURES.get(random.nextInt(FAILURES.size()));
        }
        outcome = scenario.provider().isRefusing(now) ? Outcome.THROTTLED : outcome;
        Scenario.Failing failing = failing(random, now);
        outcome = failing == null ? outcome : failing.outcome();
        outcome = outage != null && outage.isHanging() ? Outcome.HUNG : outcome;
        Refusal refusal = scenario.refusal();
        if (refusal != null && !isRecovered && refusal.affects(task.topic.model(), apiKey, now)) {
            outcome = refusal.answer();
        }
        if (isCheaper && !isRecovered && isTierRefused(random)) {
            outcome = ordinal % 2 == 0 ? Outcome.THROTTLED : Outcome.SERVER_ERROR;
        }
        int slowness = outage == null ? 1 : SLOWNESS;
        TokenUsage usage =
                TokenUsage.of(
                        random.nextInt(1, MAX_INPUT_TOKENS),
                        random.nextInt(1, JobRecords.MAX_TOKENS));
        return new Plan(
                outcome,
                usage,
                usage.inputTokens() % 3 == 0
                        ? micros(usage, isCheaper) * (usage.outputTokens() % 4) / 4
                        : null,
                isBilled(outcome, random),
                duration(outcome, failing, random, slowness, now)
                        .multipliedBy(isCheaper ? random.nextInt(1, CHEAPER_SLOWNESS) : 1),
                Duration.ofNanos(random.nextInt(1_000, 2_000_000)),
                Duration.ofNanos(random.nextInt(1_000, 5_000_000)),
                random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(5_000)),
                isCheaper);
    }

    private boolean isTierRefused(SplittableRandom random) {
        return random.nextDouble() < scenario.provider().refusedTier();
    }

    private static long micros(TokenUsage usage, boolean isCheaper) {
        return usage.inputTokens() + (isCheaper ? 1 : OUTPUT_MICROS) * usage.outputTokens();
    }

    /** Returns why the call fails, if this history has a provider that fails calls. */
    private Scenario.@Nullable Failing failing(SplittableRandom random, long now) {
        Scenario.Failing failing = scenario.provider().failing();
        boolean fails =
                failing != null
                        && !isRecovered
                        && now >= failing.from()
                        && random.nextDouble() < failing.share();
        return fails ? failing : null;
    }

    private @Nullable Outage outageOf(Task task, long now) {
        Outage outage = scenario.outage();
        return outage != null && !isRecovered && outage.affects(task.topic.model(), now)
                ? outage
                : null;
    }

    private static Outcome randomOutcome(SplittableRandom random) {
        return Scenario.oneOf(random, Outcome.RANDOM);
    }

    private static boolean isBilled(Outcome outcome, SplittableRandom random) {
        return switch (outcome) {
            case ANSWERED, ANSWERED_WITHOUT_USAGE, INVALID_RESPONSE, RESPONSE_TOO_LARGE -> true;
            case THROTTLED,
                    SERVER_ERROR,
                    CONNECTION_REFUSED,
                    REJECTED,
                    WRONG_KEY,
                    NO_CREDIT,
                    WRONG_MODEL_NAME ->
                    false;
            case GATEWAY_ERROR, CONNECTION_LOST, TIMED_OUT, HUNG -> random.nextBoolean();
        };
    }

    private Duration total() {
        return Scenario.TOTAL_TIMEOUT;
    }

    /** A limit refuses calls at once, before any work. */
    private Duration duration(
            Outcome outcome,
            Scenario.@Nullable Failing failing,
            SplittableRandom random,
            int slowness,
            long now) {
        if (failing != null) {
            return failing.after();
        }
        if (outcome == Outcome.HUNG) {
            return total();
        }
        Duration latency = latency(random, slowness);
        return scenario.provider().isRefusing(now) && latency.compareTo(LONGEST_REFUSAL) > 0
                ? LONGEST_REFUSAL
                : latency;
    }

    private Duration latency(SplittableRandom random, int slowness) {
        if (scenario.isJoint()) {
            double seconds = Math.exp(SIGMA * random.nextGaussian());
            long nanos = Math.max(LEAST_NANOS, (long) (seconds * NANOS_PER_SECOND));
            return Duration.ofNanos(Math.min(nanos, total().toNanos() - 1));
        }
        double factor = 0.5 + random.nextDouble();
        long slow = random.nextInt(15) == 0 ? 8 : slowness;
        double nanos = scenario.provider().latency().toNanos() * factor * slow;
        return Duration.ofNanos(Math.min((long) nanos, total().toNanos() - 1));
    }

    /**
     * Returns the verdict that the worker gets when the call ends.
     *
     * @param line the job of the call
     */
    static Verdict verdict(Plan plan, RequestLine line) {
        return switch (plan.outcome) {
            case ANSWERED -> new Verdict.Answered(answer(line), plan.billing());
            case ANSWERED_WITHOUT_USAGE -> new Verdict.Answered(answer(line), Billing.UNCERTAIN);
            case THROTTLED ->
                    failed(ErrorCode.RATE_LIMIT_EXCEEDED, 429, plan.retryAfter, Billing.NOTHING);
            case SERVER_ERROR ->
                    failed(ErrorCode.SERVER_ERROR, 503, plan.retryAfter, Billing.NOTHING);
            case GATEWAY_ERROR ->
                    failed(ErrorCode.SERVER_ERROR, 504, plan.retryAfter, Billing.UNCERTAIN);
            case CONNECTION_REFUSED ->
                    Verdict.unsent(ErrorCode.CONNECTION_ERROR, "connection refused");
            case CONNECTION_LOST -> incomplete(ErrorCode.CONNECTION_ERROR);
            case TIMED_OUT, HUNG -> incomplete(ErrorCode.TIMEOUT);
            case INVALID_RESPONSE -> failed(ErrorCode.INVALID_RESPONSE, 200, null, plan.billing());
            case REJECTED -> failed(ErrorCode.VALIDATION_ERROR, 400, null, Billing.NOTHING);
            case RESPONSE_TOO_LARGE ->
                    new Verdict.Failed(
                            ErrorCode.RESPONSE_TOO_LARGE, "large", null, null, Billing.UNCERTAIN);
            case WRONG_KEY -> failed(ErrorCode.AUTHENTICATION_ERROR, 401, null, Billing.NOTHING);
            case NO_CREDIT -> failed(ErrorCode.QUOTA_EXCEEDED, 402, null, Billing.NOTHING);
            case WRONG_MODEL_NAME -> failed(ErrorCode.MODEL_NOT_FOUND, 404, null, Billing.NOTHING);
        };
    }

    /** Returns the verdict of a call without a complete response, which was possibly billed. */
    static Verdict incomplete(ErrorCode error) {
        return new Verdict.Failed(error, "incomplete", null, null, Billing.UNCERTAIN);
    }

    private static Verdict failed(
            ErrorCode error, int status, @Nullable Duration wait, Billing billing) {
        return new Verdict.Failed(error, "failed", response(status), wait, billing);
    }

    /** Returns the answer to a body, which names its bytes. */
    private static Verdict.Response answer(RequestLine line) {
        String body = "{\"choices\":[],\"answered\":\"%s\"}".formatted(digest(line));
        return new Verdict.Response(200, HEADERS, ProviderBody.of(body.getBytes(UTF_8)));
    }

    private static String digest(RequestLine line) {
        var body = line.body();
        return Sha256.hex(new String(line.bytes(), body.start(), body.length(), UTF_8), 8);
    }

    private static Verdict.Response response(int status) {
        return new Verdict.Response(
                status, HEADERS, ProviderBody.of("{\"choices\":[]}".getBytes(UTF_8)));
    }

    static boolean isRetryable(Outcome outcome) {
        return switch (outcome) {
            case THROTTLED,
                    SERVER_ERROR,
                    GATEWAY_ERROR,
                    CONNECTION_REFUSED,
                    CONNECTION_LOST,
                    TIMED_OUT,
                    INVALID_RESPONSE,
                    HUNG,
                    WRONG_KEY,
                    NO_CREDIT,
                    WRONG_MODEL_NAME ->
                    true;
            case ANSWERED, ANSWERED_WITHOUT_USAGE, REJECTED, RESPONSE_TOO_LARGE -> false;
        };
    }

    static EventType eventType(Outcome outcome) {
        return EventType.valueOf(outcome.name());
    }
}
