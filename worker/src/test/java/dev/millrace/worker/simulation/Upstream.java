package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.simulation.time.Happening;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The provider's moods: what comes of a call, when, and what it costs. */
final class Upstream {
    /** Of input; the least of a job's body. */
    private static final int MAX_INPUT = 30;

    private static final int OUTPUT_MICROS = 2;

    private final Scenario scenario;
    private boolean isWell;

    /** How a call ends. */
    enum Fate {
        ANSWERED,
        ANSWERED_WITHOUT_USAGE,
        THROTTLED,
        SERVER_ERROR,
        NOT_CONNECTED,
        BROKEN,
        TIMED_OUT,
        NO_ANSWER,
        REFUSED,
        TOO_LARGE,
        LOST_CALL
    }

    /**
     * What a call will come to.
     *
     * @param usage what it uses when it is billed
     * @param isBilled whether the provider charges it
     * @param takes from sending to its end
     * @param sentAfter from its start to sending
     * @param cancelledAfter from breaking it off to its report
     * @param retryAfter null for none
     */
    record Plan(
            Fate fate,
            TokenUsage usage,
            boolean isBilled,
            Duration takes,
            Duration sentAfter,
            Duration cancelledAfter,
            @Nullable Duration retryAfter) {

        long billedMicros() {
            return isBilled ? usage.inputTokens() + OUTPUT_MICROS * usage.outputTokens() : 0;
        }

        boolean isSentAtAll() {
            return fate != Fate.NOT_CONNECTED;
        }
    }

    Upstream(Scenario scenario) {
        this.scenario = scenario;
    }

    /** From now on it answers each call. */
    void recover() {
        isWell = true;
    }

    /**
     * The same for the same call of the same history, whatever happens elsewhere.
     *
     * @param ordinal which start of the job, from 1
     */
    Plan plan(Task task, int ordinal) {
        long key = scenario.seed() * 31 + task.name.hashCode();
        var random = new SplittableRandom(key * 31 + ordinal);
        Fate fate =
                isWell || random.nextDouble() < scenario.weather().good()
                        ? Fate.ANSWERED
                        : fate(random);
        return new Plan(
                fate,
                TokenUsage.of(
                        random.nextInt(1, MAX_INPUT), random.nextInt(1, JobRecords.MAX_TOKENS)),
                isBilled(fate, random),
                fate == Fate.LOST_CALL ? total() : latency(random),
                Duration.ofNanos(random.nextInt(1_000, 2_000_000)),
                Duration.ofNanos(random.nextInt(1_000, 5_000_000)),
                random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(5_000)));
    }

    private static Fate fate(SplittableRandom random) {
        Fate[] all = Fate.values();
        return all[random.nextInt(all.length)];
    }

    private static boolean isBilled(Fate fate, SplittableRandom random) {
        return switch (fate) {
            case ANSWERED, ANSWERED_WITHOUT_USAGE, NO_ANSWER, TOO_LARGE -> true;
            case THROTTLED, SERVER_ERROR, NOT_CONNECTED, REFUSED -> false;
            case BROKEN, TIMED_OUT, LOST_CALL -> random.nextBoolean();
        };
    }

    private Duration total() {
        return Scenario.TOTAL_TIMEOUT;
    }

    private Duration latency(SplittableRandom random) {
        double factor = 0.5 + random.nextDouble();
        long slow = random.nextInt(15) == 0 ? 8 : 1;
        double nanos = scenario.weather().latency().toNanos() * factor * slow;
        return Duration.ofNanos(Math.min((long) nanos, total().toNanos() - 1));
    }

    /** What the worker is told at the end of such a call. */
    static Verdict verdict(Plan plan) {
        return switch (plan.fate) {
            case ANSWERED -> new Verdict.Answered(response(200), new Billing.Billed(plan.usage));
            case ANSWERED_WITHOUT_USAGE -> new Verdict.Answered(response(200), Billing.UNCERTAIN);
            case THROTTLED ->
                    failed(ErrorCode.RATE_LIMIT_EXCEEDED, 429, plan.retryAfter, Billing.NOTHING);
            case SERVER_ERROR ->
                    failed(ErrorCode.SERVER_ERROR, 503, plan.retryAfter, Billing.NOTHING);
            case NOT_CONNECTED -> Verdict.unsent(ErrorCode.CONNECTION_ERROR, "refused");
            case BROKEN -> broken(ErrorCode.CONNECTION_ERROR);
            case TIMED_OUT, LOST_CALL -> broken(ErrorCode.TIMEOUT);
            case NO_ANSWER ->
                    failed(ErrorCode.INVALID_RESPONSE, 200, null, new Billing.Billed(plan.usage));
            case REFUSED -> failed(ErrorCode.VALIDATION_ERROR, 400, null, Billing.NOTHING);
            case TOO_LARGE ->
                    new Verdict.Failed(
                            ErrorCode.RESPONSE_TOO_LARGE, "large", null, null, Billing.UNCERTAIN);
        };
    }

    /** What it is told of one that was broken off. */
    static Verdict broken(ErrorCode error) {
        return new Verdict.Failed(error, "broken", null, null, Billing.UNCERTAIN);
    }

    private static Verdict failed(
            ErrorCode error, int status, @Nullable Duration wait, Billing billing) {
        return new Verdict.Failed(error, "failed", response(status), wait, billing);
    }

    private static Verdict.Response response(int status) {
        return new Verdict.Response(
                status, "request", ProviderBody.of("{\"choices\":[]}".getBytes(UTF_8)));
    }

    static boolean mayBeRepeated(Fate fate) {
        return switch (fate) {
            case THROTTLED, SERVER_ERROR, NOT_CONNECTED, BROKEN, TIMED_OUT, NO_ANSWER, LOST_CALL ->
                    true;
            case ANSWERED, ANSWERED_WITHOUT_USAGE, REFUSED, TOO_LARGE -> false;
        };
    }

    static Happening happening(Fate fate) {
        return Happening.valueOf(fate.name());
    }
}
