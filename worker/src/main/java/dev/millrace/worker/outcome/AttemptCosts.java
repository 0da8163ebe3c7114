package dev.millrace.worker.outcome;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.Price.Charge;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.worker.answer.Billing;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Records the costs of one job's attempts in this worker. Belongs to the loop's thread.
 *
 * <p>Each attempt that was billed, or possibly billed, has one cost event. One transaction writes
 * the event and the end of the attempt in the partition's ledger. No event is therefore lost or
 * written twice, even if another worker continues the job. The event of the attempt that ends the
 * job is final.
 */
public final class AttemptCosts {
    private final JobHeaders job;
    private final Model model;
    private final String catalogVersion;

    private BigDecimal billedUsd;

    /** The limit and the spending of the job; null if nothing limits its cost. */
    private @Nullable JobCostLimit costLimit;

    /** The ended attempt whose event is not written yet; 0 for none. */
    private int ended;

    /** Cost of the attempt {@link #ended}; null if nothing was billed. */
    private @Nullable AttemptCost last;

    private BigDecimal excessiveCostUsd = BigDecimal.ZERO;

    /** The cheaper service tier at which the job is called; null for none. */
    private @Nullable String cheaperTier;

    /** True if it is too late for the cheaper tier. */
    private boolean isSpilled;

    /**
     * @param now time from which the job can be called here
     */
    public AttemptCosts(JobHeaders job, Model model, String catalogVersion, Instant now) {
        this.job = job;
        this.model = model;
        this.catalogVersion = catalogVersion;
        this.billedUsd = job.inheritedUsd();
        JobCostLimit planned = job.costLimit();
        this.costLimit =
                planned == null
                        ? null
                        : planned.atPrice(
                                job.position(), model.price().within(now, job.deadline()));
    }

    /**
     * Counts ended attempts of earlier owners at this model that were possibly billed. Their events
     * are written, but their cost is unknown here, so each counts as the highest cost of an
     * attempt.
     */
    public void onUnknownAttempts(int attempts) {
        if (costLimit != null) {
            costLimit =
                    costLimit.spend(attemptUsd(costLimit).multiply(BigDecimal.valueOf(attempts)));
        }
    }

    private BigDecimal attemptUsd(JobCostLimit limit) {
        return limit.attemptUsd().get(job.position());
    }

    /** Returns true if money for another attempt at this model is reserved. */
    public boolean coversAttempt() {
        return costLimit == null || costLimit.coversAttemptAt(job.position());
    }

    /**
     * Returns true if money for another attempt at this model is reserved, or can still be.
     *
     * @param attempts calls made for the job
     */
    public boolean allowsAttempt(int attempts) {
        return costLimit == null
                || coversAttempt()
                || ((attempts > costLimit.reserved().paidAttempts() || hasHigherPrice())
                        && costLimit.allowsAttemptAt(job.position()));
    }

    /**
     * Returns true if an attempt is dearer here than where money was reserved. A job that returns
     * carries the higher cost, so that it does not return for the same price again.
     */
    private boolean hasHigherPrice() {
        JobCostLimit planned = job.costLimit();
        return planned != null
                && costLimit != null
                && attemptUsd(costLimit).compareTo(attemptUsd(planned)) > 0;
    }

    /**
     * Returns why the job gets no further attempt.
     *
     * @throws NullPointerException if nothing limits the cost of the job
     */
    public String shortage() {
        JobCostLimit limit = Objects.requireNonNull(costLimit);
        if (limit.reserved().refusal() != null) {
            return limit.reserved().refusal();
        }
        BigDecimal most = Objects.requireNonNullElse(limit.maxUsd(), limit.reservedUsd());
        BigDecimal left = most.subtract(limit.spentUsd()).max(BigDecimal.ZERO);
        return "an attempt at "
                + model.name()
                + " may cost up to "
                + Usd.text(attemptUsd(limit))
                + " USD, more than the "
                + Usd.text(left)
                + " USD that the job has left";
    }

    /** Returns the job's headers, with the highest amount that the job can have spent so far. */
    public JobHeaders headersWithSpending() {
        return costLimit == null ? job : job.withCostLimit(costLimit);
    }

    /**
     * Notes at which tier the next attempts are bought.
     *
     * @param tier the cheaper tier; null for the standard one
     * @param spilled true if it is too late for the cheaper tier
     */
    public void onBought(@Nullable String tier, boolean spilled) {
        cheaperTier = tier;
        isSpilled = spilled;
    }

    /**
     * Records the bill of an attempt. The event of the previous attempt must have been taken.
     *
     * @param attempt number of the job's call, from 1
     * @param line the sent line; null if the record could not be read and nothing was sent
     * @param start start of the call, which decides its rates together with its end
     */
    public void onAttempt(
            int attempt, Billing billing, @Nullable RequestLine line, Instant start, Instant end) {
        ended = attempt;
        spend(
                switch (billing) {
                    case Billing.Billed billed -> billed(billed, model.price().at(start, end));
                    case Billing.Uncertain _ -> uncertain(line);
                    case Billing.Nothing _ -> null;
                });
    }

    /** Records an attempt without a report, which was possibly billed. */
    public void onUnreportedAttempt(int attempt, @Nullable RequestLine line) {
        ended = attempt;
        spend(uncertain(line));
    }

    private void spend(@Nullable AttemptCost cost) {
        last = cost;
        excessiveCostUsd = BigDecimal.ZERO;
        if (last != null && costLimit != null) {
            costLimit = costLimit.spend(last.costUsd());
            excessiveCostUsd = costLimit.isExceeded() ? last.costUsd() : BigDecimal.ZERO;
        }
    }

    /**
     * Returns the cost of the last attempt if the job then exceeds its reservation, in US dollars;
     * otherwise 0.
     */
    public BigDecimal excessiveCostUsd() {
        return excessiveCostUsd;
    }

    private AttemptCost billed(Billing.Billed billed, Price price) {
        ServiceUse service = billed.service();
        if (cheaperTier != null && service.tier() == null) {
            service = new ServiceUse(cheaperTier, service.toolCalls());
        }
        Charge charge = price.chargeOf(billed.usage(), service);
        BigDecimal saved = saved(billed.usage(), service, charge, price);
        AttemptCost priced = cost(CostKind.BILLED, billed.usage(), service, charge, saved);
        AttemptCost cost =
                billed.statedUsd().map(Usd::normalised).map(priced::stated).orElse(priced);
        billedUsd = billedUsd.add(cost.costUsd());
        return cost;
    }

    private AttemptCost uncertain(@Nullable RequestLine line) {
        TokenUsage usage = atMost(line);
        String named = line == null ? null : line.pricedFields().tier();
        String tier = cheaperTier == null ? named : cheaperTier;
        Charge charge = model.price().chargeOf(usage, new ServiceUse(tier, Map.of()));
        return cost(
                CostKind.UNCERTAIN,
                usage,
                ServiceUse.NONE,
                costLimit == null
                        ? charge
                        : new Charge(attemptUsd(costLimit), charge.rates(), charge.period()),
                BigDecimal.ZERO);
    }

    /**
     * Returns the amount known to be billed so far in this worker and at earlier models, in US
     * dollars.
     */
    public BigDecimal billedUsd() {
        return billedUsd;
    }

    /** Returns the cost of the ended attempt until it is taken; null if nothing was billed. */
    public @Nullable AttemptCost last() {
        return last;
    }

    /** Takes the cost of the ended attempt of a continuing job; empty if nothing was billed. */
    public Optional<AttemptCost> takeLast() {
        var taken = Optional.ofNullable(last);
        last = null;
        ended = 0;
        return taken;
    }

    /**
     * Returns the cost of the attempt that ended the job.
     *
     * @param attempts calls made for the job
     */
    public AttemptCost takeFinal(int attempts) {
        if (last != null) {
            return last;
        }
        // If no attempt ended the job, the job ended while waiting. Its event then has a separate
        // id.
        return attempts == 0
                ? AttemptCost.NONE
                : cost(
                        CostKind.NONE,
                        TokenUsage.NONE,
                        ServiceUse.NONE,
                        new Charge(BigDecimal.ZERO, model.price().ratesFor(0), null),
                        BigDecimal.ZERO);
    }

    private AttemptCost cost(
            CostKind kind,
            TokenUsage usage,
            ServiceUse service,
            Charge charge,
            BigDecimal savedUsd) {
        return new AttemptCost(
                model.name(),
                model.provider(),
                ended,
                kind,
                new PricedUsage(
                        usage, service, charge.rates(), charge.period(), catalogVersion, null),
                charge.usd(),
                savedUsd,
                isSpilled && kind == CostKind.BILLED);
    }

    /** Returns what a call at a cheaper tier cost less than at the standard tier. */
    private BigDecimal saved(TokenUsage usage, ServiceUse service, Charge charge, Price price) {
        if (cheaperTier == null) {
            return BigDecimal.ZERO;
        }
        var standard = new ServiceUse(null, service.toolCalls());
        Charge full = price.chargeOf(usage, standard);
        return Usd.normalised(full.usd().subtract(charge.usd()).max(BigDecimal.ZERO));
    }

    /**
     * Returns an upper bound of the call's usage, from the line: a token is at least one byte of
     * the body, and the output ends at its limit. Without a limit, assumes the usual output of a
     * job without a limit. Excludes inputs that the provider fetches.
     */
    private TokenUsage atMost(@Nullable RequestLine line) {
        if (line == null) {
            return TokenUsage.NONE;
        }
        long limit = limit(line).orElse(model.defaultMaxTokens());
        long choices = Math.min(line.choices(), Short.MAX_VALUE);
        return TokenUsage.of(line.body().length(), Math.min(limit, Integer.MAX_VALUE) * choices);
    }

    /**
     * Returns the output limit that was sent; empty if there was none. The model's maximum is no
     * substitute, since hardly any answer reaches it. A limit that the router added takes
     * precedence over the catalog of this worker.
     */
    private OptionalLong limit(RequestLine line) {
        if (line.maxOutputTokens() != null || !line.endpoint().generates()) {
            return OutputLimit.ofOneAnswer(line, line.endpoint(), model);
        }
        Long added = job.maxOutputTokens();
        return added == null
                ? OutputLimit.defaultFor(line, line.endpoint(), model)
                : OptionalLong.of(added);
    }
}
