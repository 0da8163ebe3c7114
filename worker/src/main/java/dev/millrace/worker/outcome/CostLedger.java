package dev.millrace.worker.outcome;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The cost events of one job's attempts in this worker. Owned by the loop's thread.
 *
 * <p>An attempt that was or may have been billed has one event. When the job ends, the last of them
 * is final; when there is none, an event of kind {@code none} is.
 */
public final class CostLedger {
    private final JobHeaders job;
    private final Model model;
    private final String catalogVersion;
    private final List<CostEvent> events = new ArrayList<>();

    public CostLedger(JobHeaders job, Model model, String catalogVersion) {
        this.job = job;
        this.model = model;
        this.catalogVersion = catalogVersion;
    }

    /**
     * Notes what an attempt was paid.
     *
     * @param attempt which call of the job, from 1
     * @param line what was sent; null when it could not be read, and so was not sent
     */
    public void onAttempt(int attempt, Billing billing, @Nullable RequestLine line) {
        switch (billing) {
            case Billing.Billed billed -> add(attempt, CostKind.BILLED, billed.usage());
            case Billing.Uncertain _ -> add(attempt, CostKind.UNCERTAIN, atMost(line));
            case Billing.Nothing _ -> {}
        }
    }

    /** What is known to be billed so far, in US dollars. */
    public BigDecimal billedUsd() {
        return events.stream()
                .filter(event -> event.kind() == CostKind.BILLED)
                .map(CostEvent::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /**
     * All events of a job that has ended; exactly one of them is final.
     *
     * @param attempts calls made for the job
     */
    public List<CostEvent> ended(int attempts) {
        if (events.isEmpty()) {
            return List.of(
                    attempts == 0
                            ? CostEvent.withoutCall(job.jobId(), job.tenant(), job.batch())
                            : event(
                                    CostEvent.idOf(job.jobId(), attempts),
                                    true,
                                    attempts,
                                    CostKind.NONE,
                                    TokenUsage.NONE));
        }
        var all = new ArrayList<>(events);
        CostEvent last = all.removeLast();
        all.add(event(last.eventId(), true, last.attempt(), last.kind(), last.usage()));
        return List.copyOf(all);
    }

    /**
     * The events of a job that another worker goes on with. That one counts its attempts from the
     * same number again, so these get ids of their own.
     *
     * @param owner what no other owner of the job has
     */
    public List<CostEvent> givenBack(String owner) {
        return events.stream()
                .map(
                        it ->
                                event(
                                        it.eventId() + "-" + owner,
                                        false,
                                        it.attempt(),
                                        it.kind(),
                                        it.usage()))
                .toList();
    }

    private void add(int attempt, CostKind kind, TokenUsage usage) {
        events.add(event(CostEvent.idOf(job.jobId(), attempt), false, attempt, kind, usage));
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
                BigDecimal.ZERO);
    }

    /**
     * The most that the call can have used, as far as its text tells: a token is at least a byte of
     * the body, and the output ends at its limit. Inputs that the provider fetches are not counted.
     */
    private TokenUsage atMost(@Nullable RequestLine line) {
        if (line == null) {
            return TokenUsage.NONE;
        }
        if (line.endpoint() == Endpoint.EMBEDDINGS) {
            return TokenUsage.of(line.body().length(), 0);
        }
        OptionalLong limit =
                line.maxOutputTokens() == null
                        ? model.maxOutputTokens()
                        : OptionalLong.of(line.maxOutputTokens());
        long each = Math.min(limit.orElse(model.defaultMaxTokens()), Integer.MAX_VALUE);
        long choices = Math.min(line.choices(), Short.MAX_VALUE);
        return TokenUsage.of(line.body().length(), each * choices);
    }
}
