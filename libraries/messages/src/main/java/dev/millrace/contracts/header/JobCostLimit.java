package dev.millrace.contracts.header;

import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cost limit of a job, over all attempts at all models of its chain. Amounts are in US dollars,
 * not negative, and computed with the prices of the router's catalog.
 *
 * <p>A job spends what is reserved for it. Under a budget, one attempt is reserved; a job that
 * needs another one returns to the router, which reserves it or refuses it.
 *
 * @param reserved what is reserved for the job
 * @param attemptUsd the highest cost of one attempt, for each model of the chain. It is reserved,
 *     permits the call, and is the booked cost if the outcome is unknown: a true bound, no margin
 * @param spentUsd maximum cost of the calls that were made before the job came to its topic,
 *     including those with unknown cost
 * @param attemptTokens maximum tokens of one attempt, for each model of the chain; empty if unknown
 */
public record JobCostLimit(
        Reserved reserved,
        List<BigDecimal> attemptUsd,
        BigDecimal spentUsd,
        List<AttemptTokens> attemptTokens) {
    private static final String SEPARATOR = ",";

    /** A separator within the id of an account, which has each percent sign as {@code %25}. */
    private static final String COMMA = "%2C";

    /** Number of attempts of a job whose budget was removed before it was routed. */
    private static final BigDecimal ATTEMPTS_WITHOUT_BUDGET = BigDecimal.valueOf(3);

    /**
     * What the router has reserved for a job, and can still reserve.
     *
     * @param usd amount that the job may spend
     * @param maxUsd most that can be reserved for the job; null if only its budgets limit it
     * @param refusal why the router reserves nothing more; null if it may
     * @param paidAttempts attempts that the job had made when money was last reserved. It does not
     *     return before another attempt, unless a worker has a higher price
     * @param returns number of times that the job has returned to the router
     * @param accounts ids of the accounts that have reserved the money; null if an earlier version
     *     has routed the job
     */
    public record Reserved(
            BigDecimal usd,
            @Nullable BigDecimal maxUsd,
            @Nullable String refusal,
            int paidAttempts,
            int returns,
            @Nullable List<String> accounts) {
        public Reserved {
            requireNotNegative("reservedUsd", usd);
            accounts = accounts == null ? null : List.copyOf(accounts);
        }

        /** Creates an amount to which nothing can be added. */
        static Reserved only(BigDecimal usd) {
            return new Reserved(usd, usd, null, 0, 0, List.of());
        }

        private Reserved with(BigDecimal amount, int attempts) {
            return new Reserved(amount, maxUsd, refusal, attempts, returns, accounts);
        }

        private Reserved withMax(@Nullable BigDecimal amount) {
            return new Reserved(usd, amount, refusal, paidAttempts, returns, accounts);
        }

        private Reserved refused(String why) {
            return new Reserved(usd, usd, why, paidAttempts, returns, accounts);
        }

        private Reserved returned() {
            return new Reserved(usd, maxUsd, refusal, paidAttempts, returns + 1, accounts);
        }

        private Reserved by(@Nullable List<String> ids) {
            return new Reserved(usd, maxUsd, refusal, paidAttempts, returns, ids);
        }
    }

    /**
     * The maximum use of one attempt.
     *
     * @param tier the service tier that the request asks for; null for none
     * @param toolsUsd maximum cost of tool calls
     */
    public record AttemptTokens(
            long input, long output, @Nullable String tier, BigDecimal toolsUsd) {
        private static final String SLASH = "/";

        public AttemptTokens {
            if (input < 0 || output < 0) {
                throw new IllegalArgumentException(
                        "tokens must not be negative, were " + input + SLASH + output);
            }
            requireNotNegative("toolsUsd", toolsUsd);
        }

        /** Creates the bounds of an attempt at the standard tier without tools. */
        public AttemptTokens(long input, long output) {
            this(input, output, null, BigDecimal.ZERO);
        }

        /** Returns the highest cost of the attempt, in US dollars. */
        public BigDecimal highestCostAt(Price price) {
            return price.highestCostOf(input, output, tier).add(toolsUsd);
        }

        /**
         * Returns the bounds of one call if these bounds are the sum of several calls. The cost of
         * tools is not divided.
         */
        public AttemptTokens ofOneOf(long calls) {
            return new AttemptTokens(input / calls, output / calls, tier, toolsUsd);
        }

        private static AttemptTokens parse(String text) {
            String[] parts = text.split(SLASH, -1);
            if (parts.length != 2 && parts.length != 4) {
                throw new IllegalArgumentException(
                        "tokens must be INPUT/OUTPUT or INPUT/OUTPUT/TIER/USD, were " + text);
            }
            long input = Long.parseLong(parts[0]);
            long output = Long.parseLong(parts[1]);
            return parts.length == 2
                    ? new AttemptTokens(input, output)
                    : new AttemptTokens(
                            input,
                            output,
                            parts[2].isEmpty() ? null : parts[2],
                            Usd.parse(parts[3]));
        }

        private String text() {
            String tokens = input + SLASH + output;
            return tier == null && toolsUsd.signum() == 0
                    ? tokens
                    : tokens
                            + SLASH
                            + Objects.requireNonNullElse(tier, "")
                            + SLASH
                            + Usd.text(toolsUsd);
        }
    }

    public JobCostLimit {
        attemptUsd = List.copyOf(attemptUsd);
        attemptTokens = List.copyOf(attemptTokens);
        if (!attemptTokens.isEmpty() && attemptTokens.size() != attemptUsd.size()) {
            throw new IllegalArgumentException(
                    "attemptTokens must be as many as attemptUsd, " + attemptUsd.size());
        }
        attemptUsd.forEach(it -> requireNotNegative("attemptUsd", it));
        requireNotNegative("spentUsd", spentUsd);
    }

    /** Creates the limit of a job for which nothing more can be reserved. */
    public JobCostLimit(
            BigDecimal reservedUsd,
            List<BigDecimal> attemptUsd,
            BigDecimal spentUsd,
            List<AttemptTokens> attemptTokens) {
        this(Reserved.only(reservedUsd), attemptUsd, spentUsd, attemptTokens);
    }

    /** Creates the limit of a job that has made no attempt, with unknown tokens. */
    public JobCostLimit(BigDecimal reservedUsd, List<BigDecimal> attemptUsd) {
        this(reservedUsd, attemptUsd, BigDecimal.ZERO, List.of());
    }

    /**
     * Creates the limit of a job under a budget, for which nothing is reserved yet.
     *
     * @param maxUsd most that can be reserved; null if only the budgets limit it
     */
    public static JobCostLimit underBudget(
            List<BigDecimal> attemptUsd,
            List<AttemptTokens> attemptTokens,
            @Nullable BigDecimal maxUsd) {
        return new JobCostLimit(
                new Reserved(BigDecimal.ZERO, maxUsd, null, 0, 0, List.of()),
                attemptUsd,
                BigDecimal.ZERO,
                attemptTokens);
    }

    /**
     * Creates the limit of a job that was planned without one. Only a router can find out the
     * highest cost of an attempt; until then, nothing covers one.
     *
     * @param models number of models of its chain
     */
    public static JobCostLimit unknown(int models) {
        return underBudget(Collections.nCopies(models, BigDecimal.ONE), List.of(), null);
    }

    /** Returns the limit with the highest costs of another one. */
    public JobCostLimit planned(JobCostLimit other) {
        return new JobCostLimit(
                reserved.withMax(other.maxUsd()), other.attemptUsd, spentUsd, other.attemptTokens);
    }

    /** Returns true if no account has reserved money. */
    public boolean isUnpaid() {
        return List.of().equals(reserved.accounts);
    }

    /** Returns the amount that the job may spend. */
    public BigDecimal reservedUsd() {
        return reserved.usd;
    }

    /** Returns the most that can be reserved; null if only the budgets of the job limit it. */
    public @Nullable BigDecimal maxUsd() {
        return reserved.maxUsd;
    }

    private JobCostLimit with(Reserved other) {
        return new JobCostLimit(other, attemptUsd, spentUsd, attemptTokens);
    }

    /**
     * Returns the limit with another reserved amount.
     *
     * @param attempts attempts that the job has made so far
     */
    public JobCostLimit reserve(BigDecimal usd, int attempts) {
        return with(reserved.with(usd, attempts));
    }

    /** Returns the limit with the ids of the accounts that have reserved the money. */
    public JobCostLimit by(@Nullable List<String> accounts) {
        return with(reserved.by(accounts));
    }

    /** Returns the limit with other highest costs of attempts, at other prices. */
    public JobCostLimit withAttempts(List<BigDecimal> usd, @Nullable BigDecimal max) {
        return new JobCostLimit(reserved.withMax(max), usd, spentUsd, attemptTokens);
    }

    /** Returns the limit of a job for which the router reserves nothing more. */
    public JobCostLimit refuse(String why) {
        return with(reserved.refused(why));
    }

    /** Returns the limit of a job that returns to the router for more money. */
    JobCostLimit onReturned() {
        return with(reserved.returned());
    }

    /** Returns the limit of a job that no budget limits any more. */
    public JobCostLimit withoutBudget() {
        BigDecimal most = spentUsd.add(dearestUsd().multiply(ATTEMPTS_WITHOUT_BUDGET));
        BigDecimal usd = reserved.maxUsd == null ? most : reserved.maxUsd;
        return with(reserved.with(usd, reserved.paidAttempts).withMax(usd).by(List.of()));
    }

    /**
     * Returns the amount to reserve, in addition to the reserved amount, so that the job may make
     * one more attempt at any model that it may call.
     */
    public BigDecimal neededUsd() {
        BigDecimal needed = spentUsd.add(dearestUsd());
        return (reserved.maxUsd == null ? needed : needed.min(reserved.maxUsd))
                .subtract(reserved.usd)
                .max(BigDecimal.ZERO);
    }

    /** Returns the highest cost of an attempt at any model of the chain. */
    public BigDecimal dearestUsd() {
        return Collections.max(attemptUsd);
    }

    /** Returns the limit after an amount has been spent. */
    public JobCostLimit spend(BigDecimal usd) {
        return new JobCostLimit(reserved, attemptUsd, spentUsd.add(usd), attemptTokens);
    }

    /**
     * Returns the limit with the highest cost of an attempt at the given price, if it is higher
     * than the planned one.
     *
     * @param position index of the model in the chain
     */
    public JobCostLimit atPrice(int position, Price price) {
        if (attemptTokens.isEmpty()) {
            return this;
        }
        BigDecimal usd = attemptTokens.get(position).highestCostAt(price);
        if (usd.compareTo(attemptUsd.get(position)) <= 0) {
            return this;
        }
        List<BigDecimal> raised = new ArrayList<>(attemptUsd);
        raised.set(position, usd);
        return withAttempts(raised, reserved.maxUsd);
    }

    /**
     * Returns true if the job may start an attempt at a model of its chain.
     *
     * @param position index of the model in the chain
     */
    public boolean coversAttemptAt(int position) {
        return spentUsd.add(attemptUsd.get(position)).compareTo(reserved.usd) <= 0;
    }

    /**
     * Returns true if the limit of all attempts allows one more at a model of the chain.
     *
     * @param position index of the model in the chain
     */
    public boolean allowsAttemptAt(int position) {
        return reserved.maxUsd == null
                || spentUsd.add(attemptUsd.get(position)).compareTo(reserved.maxUsd) <= 0;
    }

    /** Returns true if the job has cost more than was reserved. */
    public boolean isExceeded() {
        return spentUsd.compareTo(reserved.usd) > 0;
    }

    private static void requireNotNegative(String name, BigDecimal usd) {
        if (usd.signum() < 0) {
            throw new IllegalArgumentException(name + " must not be negative, was " + usd);
        }
    }

    /** Returns the header's text for the accounts; null if they are unknown. */
    @Nullable String accountsText() {
        List<String> ids = reserved.accounts;
        return ids == null
                ? null
                : ids.stream()
                        .map(it -> it.replace(SEPARATOR, COMMA))
                        .collect(Collectors.joining(SEPARATOR));
    }

    /** Reads the header's text for the accounts. */
    static List<String> parseAccounts(String text) {
        return Stream.of(text.split(SEPARATOR))
                .filter(it -> !it.isEmpty())
                .map(it -> it.replace(COMMA, SEPARATOR))
                .toList();
    }

    /** Returns the header's text for {@link #attemptUsd}. */
    String attemptText() {
        return attemptUsd.stream().map(Usd::text).collect(Collectors.joining(SEPARATOR));
    }

    /** Returns the header's text for {@link #attemptTokens}; null if the tokens are unknown. */
    @Nullable String tokensText() {
        return attemptTokens.isEmpty()
                ? null
                : attemptTokens.stream()
                        .map(AttemptTokens::text)
                        .collect(Collectors.joining(SEPARATOR));
    }

    /** Reads the header's text for {@link #attemptTokens}. */
    static List<AttemptTokens> parseTokens(String text) {
        return Stream.of(text.split(SEPARATOR, -1)).map(AttemptTokens::parse).toList();
    }

    /** Reads the header's text for {@link #attemptUsd}. */
    public static List<BigDecimal> parseAttempts(String text) {
        return Stream.of(text.split(SEPARATOR, -1)).map(Usd::parse).toList();
    }
}
