package dev.millrace.worker.outcome;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of one job cost in this worker. Owned by the loop's thread.
 *
 * <p>An attempt that was or may have been billed has one event, which is written together with the
 * end of the attempt in the partition's ledger: so none is forgotten and none is written twice,
 * whoever goes on with the job. The event of the attempt that ends the job is final.
 */
public final class CostLedger {
    private final JobHeaders job;
    private final Model model;
    private final String catalogVersion;

    private BigDecimal billedUsd = BigDecimal.ZERO;

    /** The attempt that has ended and is not written yet; 0 for none. */
    private int ended;

    private @Nullable CostEvent event;

    public CostLedger(JobHeaders job, Model model, String catalogVersion) {
        this.job = job;
        this.model = model;
        this.catalogVersion = catalogVersion;
    }

    /**
     * Notes what an attempt was paid. The one before has been taken.
     *
     * @param attempt which call of the job, from 1
     * @param line what was sent; null when it could not be read, and so was not sent
     */
    public void onAttempt(int attempt, Billing billing, @Nullable RequestLine line) {
        ended = attempt;
        event =
                switch (billing) {
                    case Billing.Billed billed -> ofAttempt(CostKind.BILLED, billed.usage());
                    case Billing.Uncertain _ -> ofAttempt(CostKind.UNCERTAIN, atMost(line));
                    case Billing.Nothing _ -> null;
                };
        if (event != null && event.kind() == CostKind.BILLED) {
            billedUsd = billedUsd.add(event.costUsd());
        }
    }

    /** What is known to be billed so far in this worker, in US dollars. */
    public BigDecimal billedUsd() {
        return billedUsd;
    }

    /** The event of the attempt that has ended, the job going on; empty when nothing was paid. */
    public Optional<CostEvent> takeLast() {
        var taken = Optional.ofNullable(event);
        event = null;
        ended = 0;
        return taken;
    }

    /**
     * The final event of the job.
     *
     * @param attempts calls made for the job
     */
    public CostEvent takeFinal(int attempts) {
        CostEvent last = event;
        if (last != null) {
            return event(last.eventId(), true, last.attempt(), last.kind(), last.usage());
        }
        if (attempts == 0) {
            return CostEvent.withoutCall(job.jobId(), job.tenant(), job.batch());
        }
        // With no attempt that ends it, the job ended while it waited: that has an id of its own.
        return event(
                CostEvent.idOf(job.jobId(), ended), true, ended, CostKind.NONE, TokenUsage.NONE);
    }

    private CostEvent ofAttempt(CostKind kind, TokenUsage usage) {
        return event(CostEvent.idOf(job.jobId(), ended), false, ended, kind, usage);
    }

    private CostEvent event(
            String id, boolean isFinal, int attempt, CostKind kind, TokenUsage usage) {
        return new CostEvent(
                id,
                isFinal,
                job.tenant(),
                job.batch(),
                job.jobId(),
                model.name(),
                model.provider(),
                attempt,
                kind,
                usage,
                model.price().ratesFor(usage.inputTokens()),
                catalogVersion,
                model.price().costOf(usage),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                null);
    }

    /**
     * The most that the call can have used, as far as its text tells: a token is at least a byte of
     * the body, and the output ends at its limit. Where nothing limits it, what a job without a
     * limit usually gets is taken. Inputs that the provider fetches are not counted.
     */
    private TokenUsage atMost(@Nullable RequestLine line) {
        if (line == null) {
            return TokenUsage.NONE;
        }
        long limit = limit(line).orElse(model.defaultMaxTokens());
        long choices = Math.min(line.choices(), Short.MAX_VALUE);
        return TokenUsage.of(line.body().length(), Math.min(limit, Integer.MAX_VALUE) * choices);
    }

    /** What was sent along goes before what the catalog of this worker would have it be. */
    private OptionalLong limit(RequestLine line) {
        Long sent = job.maxOutputTokens();
        return sent == null || !line.acceptsLimit()
                ? OutputLimit.ofOneAnswer(line, model)
                : OptionalLong.of(sent);
    }
}
