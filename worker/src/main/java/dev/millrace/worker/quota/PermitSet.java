package dev.millrace.worker.quota;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.wire.error.ReportedLimit.Kind;
import dev.millrace.worker.job.Hold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a model, a key, a provider, or all calls. A call takes permits of all of them or of
 * none. Belongs to the loop's thread.
 */
final class PermitSet {
    /** A wait of unknown length. */
    static final long UNKNOWN = RatePermits.UNKNOWN;

    static final Hold OTHERS_TURN =
            new Hold(WaitingReason.LANE, "another model has its turn at a limit");

    private static final Duration SECOND = Duration.ofSeconds(1);
    static final Duration MINUTE = Duration.ofMinutes(1);

    /**
     * Time of answers without the name of a learned limit, after which it ends: two of the longest
     * windows.
     */
    private static final Duration UNNAMED = MINUTE.multipliedBy(2);

    /** Most rates: a provider can name further windows again and again. */
    private static final int MOST_RATES = 20;

    private final String scope;
    private final String concurrencyKey;
    private final OptionalLong burst;
    private final List<Rate> rates = new ArrayList<>();
    private final ModelTurn modelTurn = new ModelTurn();
    private @Nullable ConcurrencyPermits concurrency;
    private long concurrencyLimit;

    /** One limit of a rate. */
    private static final class Rate {
        final String key;
        final Kind kind;
        final Duration window;
        final RatePermits permits;

        /** The configured limit; the highest number for none. */
        final long configured;

        long limit;

        /** Time of the last response that named the limit; meaningless if none did. */
        long namedNanos;

        /** True after an answer that no longer named the limit. */
        boolean isUnnamed;

        /** Time of the first such answer. */
        long unnamedNanos;

        Rate(
                String key,
                Kind kind,
                Duration window,
                RatePermits permits,
                long configured,
                long limit) {
            this.key = key;
            this.kind = kind;
            this.window = window;
            this.permits = permits;
            this.configured = configured;
            this.limit = limit;
        }

        /** Returns false after a learned limit has ended, if none is configured. */
        boolean holds() {
            return limit < Long.MAX_VALUE;
        }

        /** Returns true if a limit holds that responses have named. */
        boolean isLearned() {
            return limit != configured;
        }

        /** Replaces the limit. */
        void resize(long newLimit, long nowNanos) {
            if (newLimit != limit) {
                limit = newLimit;
                permits.resize(newLimit, nowNanos);
            }
        }

        void onNamed(long nowNanos) {
            namedNanos = nowNanos;
            isUnnamed = false;
        }

        /** Ends the learned limit after {@link #UNNAMED}. */
        void onUnnamed(long nowNanos) {
            unnamedNanos = isUnnamed ? unnamedNanos : nowNanos;
            isUnnamed = true;
            if (nowNanos - unnamedNanos >= UNNAMED.toNanos()) {
                resize(configured, nowNanos);
            }
        }

        Hold hold() {
            boolean isConfigured = !isLearned();
            return new Hold(
                    isConfigured ? WaitingReason.CONFIGURED_LIMIT : WaitingReason.FOUND_LIMIT,
                    key
                            + ": "
                            + limit
                            + (isConfigured ? "" : ", named by the headers of the provider"));
        }

        long amount(TokenEstimate tokens) {
            return switch (kind) {
                case REQUESTS -> 1;
                case TOKENS -> tokens.input() + tokens.output();
                case INPUT_TOKENS -> tokens.input();
                case OUTPUT_TOKENS -> tokens.output();
            };
        }
    }

    /**
     * @param scope path of the limits in the configuration, such as {@code models.gpt-4.1.limits}
     */
    PermitSet(String scope, Limits limits, PermitSource source, long nowNanos) {
        this.scope = scope;
        burst = limits.burst();
        concurrencyKey = scope + ".concurrency";
        add(Kind.REQUESTS, SECOND, limits.requestsPerSecond(), source, nowNanos);
        add(Kind.REQUESTS, MINUTE, limits.requestsPerMinute(), source, nowNanos);
        add(Kind.TOKENS, MINUTE, limits.tokensPerMinute(), source, nowNanos);
        add(Kind.INPUT_TOKENS, MINUTE, limits.inputTokensPerMinute(), source, nowNanos);
        add(Kind.OUTPUT_TOKENS, MINUTE, limits.outputTokensPerMinute(), source, nowNanos);
        if (limits.concurrency().isPresent()) {
            concurrencyLimit = limits.concurrency().getAsLong();
            int limit = (int) Math.min(Integer.MAX_VALUE, concurrencyLimit);
            concurrency = source.concurrency(concurrencyKey, limit, nowNanos);
        }
    }

    private void add(
            Kind kind,
            Duration window,
            OptionalLong configured,
            PermitSource source,
            long nowNanos) {
        configured.ifPresent(
                limit -> rates.add(rate(kind, window, limit, limit, source, nowNanos)));
    }

    private Rate rate(
            Kind kind,
            Duration window,
            long limit,
            long configured,
            PermitSource source,
            long nowNanos) {
        String key = key(kind, window);
        var of = new RateLimit(limit, window, burst(kind, limit, window));
        return new Rate(key, kind, window, source.rate(key, of, nowNanos), configured, limit);
    }

    /**
     * Returns the amount that can be taken at once; empty if nothing is configured. For calls, it
     * is the configured number; for tokens, the tokens of the time in which a rate of calls allows
     * this number.
     */
    private OptionalLong burst(Kind kind, long limit, Duration window) {
        if (kind == Kind.REQUESTS || burst.isEmpty()) {
            return burst;
        }
        return rates.stream()
                .filter(rate -> rate.kind == Kind.REQUESTS && rate.holds())
                .mapToLong(rate -> tokens(limit, window, rate))
                .max();
    }

    /** Returns the tokens that a limit allows in the time in which a rate allows the burst. */
    private long tokens(long limit, Duration window, Rate calls) {
        double windows = (double) calls.window.toNanos() / window.toNanos();
        return Math.max(1, (long) (limit * windows * burst.orElseThrow() / calls.limit));
    }

    /** Returns the key of a limit in the configuration. */
    private String key(Kind kind, Duration window) {
        String unit =
                switch (kind) {
                    case REQUESTS -> "requests";
                    case TOKENS -> "tokens";
                    case INPUT_TOKENS -> "input_tokens";
                    case OUTPUT_TOKENS -> "output_tokens";
                };
        if (window.equals(MINUTE)) {
            return scope + "." + unit + "_per_minute";
        }
        return scope
                + "."
                + unit
                + "_per_"
                + (window.equals(SECOND) ? "second" : window.toSeconds() + "_seconds");
    }

    /** Returns true when nothing is limited. */
    boolean isEmpty() {
        return rates.isEmpty() && concurrency == null;
    }

    /** Returns the number of limited rates. */
    int rateCount() {
        return rates.size();
    }

    /** Returns the nanoseconds between calls with these tokens at the limits; 0 without one. */
    long callNanos(TokenEstimate tokens) {
        double each = 0;
        for (Rate rate : rates) {
            if (rate.holds()) {
                double share = (double) rate.amount(tokens) / rate.limit;
                each = Math.max(each, share * rate.window.toNanos());
            }
        }
        return (long) each;
    }

    /** Returns true if a call of the model may start now. */
    boolean hasRoom(String asking, TokenEstimate tokens, long nowNanos) {
        boolean hasRoom = concurrency == null || concurrency.hasRoom(nowNanos);
        for (Rate rate : rates) {
            long amount = rate.amount(tokens);
            hasRoom &= amount == 0 || rate.permits.hasRoom(amount, nowNanos);
        }
        return hasRoom && modelTurn.permits(asking, nowNanos);
    }

    /** Returns which limit holds back a call; null if none does. Takes nothing. */
    @Nullable Hold hold(String asking, TokenEstimate tokens, long nowNanos) {
        for (Rate rate : rates) {
            long amount = rate.amount(tokens);
            if (amount > 0 && !rate.permits.hasRoom(amount, nowNanos)) {
                return rate.hold();
            }
        }
        if (concurrency != null && !concurrency.hasRoom(nowNanos)) {
            return new Hold(
                    WaitingReason.CONFIGURED_LIMIT, concurrencyKey + ": " + concurrencyLimit);
        }
        return modelTurn.permits(asking, nowNanos) ? null : OTHERS_TURN;
    }

    /**
     * Returns the nanoseconds until the call can start; 0 for now, {@link #UNKNOWN} for an unknown
     * time. Unlike {@link #hasRoom}, makes the call wait for a turn and for permits of other
     * workers.
     *
     * <p>All workers ask the sets in one order, and a waiting call demands no permit of a later
     * concurrency. Otherwise two workers could each keep the permit that the other needs. For the
     * same reason, a model that waits for another limit has no turn at this one.
     *
     * @param asking the asking model, which has its turn before models that asked later
     * @param before the wait at the sets asked earlier
     */
    long waitNanos(String asking, TokenEstimate tokens, long before, long nowNanos) {
        long wait = 0;
        for (Rate rate : rates) {
            long amount = rate.amount(tokens);
            wait = amount == 0 ? wait : Math.max(wait, rate.permits.waitNanos(amount, nowNanos));
        }
        if (concurrency != null && wait == 0 && before == 0) {
            wait = concurrency.waitNanos(nowNanos);
        }
        if (before > 0) {
            modelTurn.onWaitingElsewhere(asking);
            return Math.max(before, wait);
        }
        return modelTurn.waitNanos(asking, wait, nowNanos);
    }

    /**
     * Takes the permits of a call.
     *
     * @return false if a limit no longer permits the call; then nothing is taken
     */
    boolean take(TokenEstimate tokens, long nowNanos) {
        if (concurrency != null && !concurrency.take(nowNanos)) {
            return false;
        }
        for (int i = 0; i < rates.size(); i++) {
            long amount = rates.get(i).amount(tokens);
            if (amount > 0 && !rates.get(i).permits.take(amount, nowNanos)) {
                giveBack(i, tokens, nowNanos);
                return false;
            }
        }
        return true;
    }

    /**
     * Returns true if a call can be sent now with its taken permits.
     *
     * @param taken number of rates whose permits were taken; later rates were learned afterwards
     */
    boolean maySend(int taken, long nowNanos) {
        boolean maySend = concurrency == null || concurrency.maySend(nowNanos);
        for (Rate rate : rates.subList(0, taken)) {
            maySend &= rate.permits.maySend(nowNanos);
        }
        return maySend;
    }

    /** Notes that a call was sent. */
    void onSent(int taken, TokenEstimate tokens, long nowNanos) {
        for (Rate rate : rates.subList(0, taken)) {
            long amount = rate.amount(tokens);
            if (amount > 0) {
                rate.permits.onSent(amount, nowNanos);
            }
        }
    }

    /** Gives back all permits of a call that is not sent. */
    void giveBack(int taken, TokenEstimate tokens, long nowNanos) {
        for (Rate rate : rates.subList(0, taken)) {
            rate.permits.giveBack(rate.amount(tokens), nowNanos);
        }
        freeConcurrency(nowNanos);
    }

    /** Gives back all permits of a call whose thread did not send it. */
    void withdraw(int taken, TokenEstimate tokens, long sentNanos, long nowNanos) {
        for (Rate rate : rates.subList(0, taken)) {
            rate.permits.correct(rate.amount(tokens), 0, sentNanos, nowNanos);
        }
        freeConcurrency(nowNanos);
    }

    /** Ends a call that was sent, and corrects its tokens. */
    void complete(
            int taken, TokenEstimate reserved, TokenEstimate used, long sentNanos, long nowNanos) {
        for (Rate rate : rates.subList(0, taken)) {
            long before = rate.amount(reserved);
            long after = rate.amount(used);
            if (before != after) {
                rate.permits.correct(before, after, sentNanos, nowNanos);
            }
        }
        freeConcurrency(nowNanos);
    }

    private void freeConcurrency(long nowNanos) {
        if (concurrency != null) {
            concurrency.giveBack(nowNanos);
        }
    }

    /**
     * Applies a limit that the provider reports, unless a lower one is configured. An unconfigured
     * limit is not shared, so that calls depend on the quota topic only if the user asked for a
     * limit.
     */
    void learn(Kind kind, long reported, Duration window, long nowNanos) {
        Rate learned = null;
        for (Rate rate : rates) {
            if (rate.kind == kind && rate.window.equals(window)) {
                rate.resize(Math.min(reported, rate.configured), nowNanos);
                learned = rate;
            }
        }
        if (learned == null && rates.size() < MOST_RATES) {
            learned = rate(kind, window, reported, Long.MAX_VALUE, PermitSource.LOCAL, nowNanos);
            rates.add(learned);
        }
        if (learned != null) {
            learned.onNamed(nowNanos);
        }
    }

    /**
     * Ends the learned limits that answers have no longer named for a while. Call it after {@link
     * #learn} and with its time, for answered calls alone: failures can come from a gateway,
     * without limits.
     *
     * @return true if no learned limit is left, and one has just ended
     */
    boolean forgetUnnamed(long nowNanos) {
        boolean hadLearned = hasLearned();
        for (Rate rate : rates) {
            if (rate.isLearned() && rate.namedNanos != nowNanos) {
                rate.onUnnamed(nowNanos);
            }
        }
        return hadLearned && !hasLearned();
    }

    private boolean hasLearned() {
        return rates.stream().anyMatch(Rate::isLearned);
    }

    /** Adds the limits that the provider named, with their use by this worker. */
    void addNamed(List<WorkerReport.Learned> learned, long nowNanos) {
        for (Rate rate : rates) {
            if (rate.isLearned()) {
                learned.add(
                        new WorkerReport.Learned(
                                rate.key,
                                LimitOrigin.NAMED,
                                rate.limit,
                                rate.permits.used(nowNanos)));
            }
        }
    }

    /** Returns the path of the limits in the configuration. */
    String scope() {
        return scope;
    }

    /** Reports the current limits and their use. */
    void forEachLimit(Quota.LimitReader reader, long nowNanos) {
        for (Rate rate : rates) {
            if (!rate.holds()) {
                continue;
            }
            reader.onLimit(
                    rate.key,
                    rate.limit,
                    rate.permits.leased(nowNanos),
                    rate.permits.used(nowNanos));
        }
        if (concurrency != null) {
            reader.onLimit(
                    concurrencyKey,
                    concurrencyLimit,
                    concurrency.leased(nowNanos),
                    concurrency.used());
        }
    }
}
