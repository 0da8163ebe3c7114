package dev.millrace.router.documents;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.job.SplitOptions;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.classify.token.QuickTokenEstimate;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.waiting.PlannedRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the jobs that are sent for one split job: its parts, and the calls that join answers. */
final class PartJobs {
    /** A part may make three attempts, if the job's limit covers them for all parts. */
    private static final BigDecimal WANTED_ATTEMPTS = BigDecimal.valueOf(3);

    /** Adds to the headers of a part what features add to those of a job. */
    interface PartAdditions {
        JobHeaders headers(
                JobHeaders part, RequestLine line, Model model, Optional<RuleCache> cache);
    }

    private final PlannedRecord parent;
    private final PartAdditions additions;
    private final SplitPlan plan;
    private final Document document;
    private final List<Model> chain;
    private final @Nullable List<BigDecimal> attemptUsd;

    /**
     * @param models finds a model of the catalog by its name
     * @param additions adds what features add to the headers of a part
     * @param now time from which the parts can be called
     * @throws IllegalStateException if the record does not belong to a split job
     */
    PartJobs(
            PlannedRecord parent,
            Function<String, Optional<Model>> models,
            PartAdditions additions,
            Instant now) {
        this.parent = parent;
        this.additions = additions;
        plan = SplitPlan.parse(Objects.requireNonNull(parent.job().split()));
        document =
                Document.of(line(parent.job()))
                        .orElseThrow(() -> new IllegalStateException("there is no document"));
        chain =
                parent.job().headers().chain().stream()
                        .flatMap(it -> models.apply(it).stream())
                        .toList();
        attemptUsd = attemptUsd(now);
    }

    private static RequestLine line(PlannedJob job) {
        RequestLine line = RequestParser.parse(job.bytes()).accepted();
        return job.headers().costLimit() == null ? line : line.withBoundedCost();
    }

    SplitPlan plan() {
        return plan;
    }

    SplitOptions options() {
        return Objects.requireNonNull(document.line().options().split());
    }

    /** Returns the text of a part of the document. */
    String text(int index) {
        return plan.parts().get(index).of(document.text());
    }

    /** Returns the costs of one attempt at each model; null if nothing limits the cost. */
    private @Nullable List<BigDecimal> attemptUsd(Instant now) {
        JobCostLimit limit = parent.job().headers().costLimit();
        if (limit == null) {
            return null;
        }
        List<AttemptTokens> tokens = tokens(limit);
        List<BigDecimal> amounts = new ArrayList<>();
        for (int i = 0; i < chain.size(); i++) {
            Price price = chain.get(i).price().within(now, parent.job().headers().deadline());
            amounts.add(tokens.get(i).highestCostAt(price));
        }
        return amounts;
    }

    /** Returns the most tokens of one call at each model; the limit of the job counts all calls. */
    private List<AttemptTokens> tokens(JobCostLimit limit) {
        long calls = plan.calls();
        return limit.attemptTokens().stream().map(it -> it.ofOneOf(calls)).toList();
    }

    /**
     * Returns the amount that is reserved for the next part: for three attempts, unless a later
     * call would then not have enough for one. Empty if the rest is not enough for one attempt.
     */
    Optional<BigDecimal> reservedUsd(SplitProgress.Costs costs) {
        JobCostLimit limit = parent.job().headers().costLimit();
        if (limit == null || attemptUsd == null) {
            return Optional.of(BigDecimal.ZERO);
        }
        BigDecimal left =
                limit.reservedUsd().subtract(costs.spentUsd()).subtract(costs.reservedUsd());
        BigDecimal needed = attemptUsd.getFirst();
        if (left.compareTo(needed) < 0) {
            return Optional.empty();
        }
        BigDecimal wanted = highestAttemptUsd().multiply(WANTED_ATTEMPTS).subtract(needed);
        BigDecimal surplus =
                left.subtract(needed.multiply(BigDecimal.valueOf(Math.max(1, costs.callsLeft()))));
        return Optional.of(needed.add(wanted.min(surplus).max(BigDecimal.ZERO)));
    }

    /** Returns the highest cost of one attempt; 0 if nothing limits the cost. */
    BigDecimal highestAttemptUsd() {
        return attemptUsd == null
                ? BigDecimal.ZERO
                : attemptUsd.stream().reduce(BigDecimal.ZERO, BigDecimal::max);
    }

    /** Returns the catalog name of the model that is called first. */
    String model() {
        return parent.job().headers().model();
    }

    /**
     * Returns the job of a part.
     *
     * @param text replaces the document
     * @param reserved its highest cost, if something limits the cost of its parent
     */
    PlannedJob part(int level, int index, String text, BigDecimal reserved) {
        byte[] record = document.with(text);
        JobIdentity of = parent.job().identity();
        JobId id = JobId.ofPart(of.jobId(), level, index, record);
        var identity =
                new JobIdentity(
                        id,
                        of.customId(),
                        of.tenant(),
                        of.batch(),
                        null,
                        of.labels(),
                        of.batchLimitUsd(),
                        of.apiKey(),
                        of.jobId());
        return new PlannedJob(
                identity, parent.job().origin(), headers(id, record, reserved), record);
    }

    private JobHeaders headers(JobId id, byte[] record, BigDecimal reserved) {
        JobHeaders of = parent.job().headers();
        RequestLine line = document.parsed(record);
        var headers =
                new JobHeaders(
                                new JobHeaders.Identity(
                                        id,
                                        of.tenant(),
                                        of.batch(),
                                        null,
                                        of.apiKey(),
                                        of.jobId(),
                                        of.identity().traceparent()),
                                new JobHeaders.Submission(
                                        of.priority(), of.deadline(), of.submittedAt()),
                                new JobHeaders.Route(
                                        of.routedBy(), of.chain(), of.requestPartition()))
                        .withBuy(of.buy())
                        .withOutputLimit(of.maxOutputTokens())
                        .withAnswerWait(
                                new AnswerWait(Chunks.NONE, of.answerWait().onUnavailable()));
        TokenEstimate tokens = of.tokens();
        if (tokens != null) {
            headers =
                    headers.withTokens(
                            new TokenEstimate(
                                    QuickTokenEstimate.inputTokens(line), tokens.output()));
        }
        JobCostLimit limit = of.costLimit();
        if (limit != null && attemptUsd != null) {
            headers =
                    headers.withCostLimit(
                            new JobCostLimit(reserved, attemptUsd, BigDecimal.ZERO, tokens(limit))
                                    .by(limit.reserved().accounts()));
        }
        return additions.headers(headers, line, chain.getFirst(), Optional.of(plan.cache()));
    }
}
