package dev.millrace.worker.job;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.usage.UsageDoubt;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.ResultLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics of jobs, calls and transactions. {@code docs/metrics.md} lists them. */
public final class WorkerMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerMetrics.class);
    private static final String PREFIX = "millrace.worker.";
    private static final String OK = "ok";
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry registry;

    /** Caches meters, so that a call does not look its meter up by all its tags. */
    private final Map<Series, Timer> calls = new HashMap<>();

    private final Map<Series, Counter> results = new HashMap<>();

    private record Series(String model, String code) {}

    /**
     * Number of answers with doubtful counts, by model and doubt, in the order of the first
     * occurrence.
     */
    private final Map<Doubtful, Long> doubts = new LinkedHashMap<>();

    private record Doubtful(String model, String doubt) {}

    private final Timer queueAge;
    private final Timer commitTime;
    private final DistributionSummary commitRecords;
    private final DistributionSummary ledgerBytes;
    private final Counter aborted;
    private final Counter deadLetters;

    public WorkerMetrics(MeterRegistry registry) {
        this.registry = registry;
        queueAge = registry.timer(PREFIX + "queue.age");
        commitTime = registry.timer(PREFIX + "commits");
        commitRecords = registry.summary(PREFIX + "commit.records");
        ledgerBytes = registry.summary(PREFIX + "ledger.bytes");
        aborted = registry.counter(PREFIX + "commits.aborted");
        deadLetters = registry.counter(PREFIX + "dead.letters");
    }

    /** Records the age of a job, from its submission to the start of its call. */
    public void onDispatched(long queuedMs) {
        queueAge.record(queuedMs, TimeUnit.MILLISECONDS);
    }

    public void onCall(Model model, Providers.CallReport report) {
        if (report.verdict() instanceof Verdict.SendWindowMissed) {
            registry.counter(PREFIX + "calls.late", "model", model.name()).increment();
        }
        if (!report.called()) {
            return;
        }
        String code =
                report.verdict() instanceof Verdict.Failed failed ? failed.error().code() : OK;
        calls.computeIfAbsent(new Series(model.name(), code), series -> calls(model, series))
                .record(report.took());
        Duration firstToken = report.firstToken();
        if (firstToken != null) {
            onStreamed(model, report, firstToken);
        }
        report.verdict().billing().doubts().forEach(it -> onDoubt(model, it));
        switch (report.verdict().billing()) {
            case Billing.Uncertain _ ->
                    registry.counter(PREFIX + "attempts.uncertain", "model", model.name())
                            .increment();
            case Billing.Billed billed -> onUnpriced(model, billed);
            case Billing.Nothing _ -> {}
        }
    }

    /** Counts usage in an answer for which the catalog has no price. */
    private void onUnpriced(Model model, Billing.Billed billed) {
        if (billed.service().isStandard()) {
            return;
        }
        for (String what : model.price().unpriced(billed.service())) {
            Counter counter =
                    registry.counter(PREFIX + "unpriced", "model", model.name(), "what", what);
            if (counter.count() == 0) {
                LOG.atWarn()
                        .addKeyValue("model", model.name())
                        .addKeyValue("what", what)
                        .log(
                                "the catalog has no price for what an answer reports: its cost is"
                                        + " an estimate; see models.*.price in the configuration");
            }
            counter.increment();
        }
    }

    private void onDoubt(Model model, UsageDoubt doubt) {
        registry.counter(PREFIX + "usage.doubts", "model", model.name(), "doubt", doubt.word())
                .increment();
        doubts.merge(new Doubtful(model.name(), doubt.word()), 1L, Long::sum);
    }

    /** Returns the numbers of answers with doubtful token counts. */
    public List<WorkerReport.Doubt> doubts() {
        return doubts.entrySet().stream()
                .map(
                        it ->
                                new WorkerReport.Doubt(
                                        it.getKey().model(), it.getKey().doubt(), it.getValue()))
                .toList();
    }

    private void onStreamed(Model model, Providers.CallReport report, Duration firstToken) {
        registry.timer(PREFIX + "first.token", "model", model.name()).record(firstToken);
        double seconds = report.took().minus(firstToken).toNanos() / NANOS_PER_SECOND;
        if (seconds > 0 && report.verdict().billing() instanceof Billing.Billed billed) {
            registry.summary(PREFIX + "output.rate", "model", model.name())
                    .record(billed.usage().outputTokens() / seconds);
        }
    }

    private Timer calls(Model model, Series series) {
        return registry.timer(
                PREFIX + "calls",
                "model",
                series.model(),
                "provider",
                model.provider(),
                "code",
                series.code());
    }

    /** Counts a call that starts under a standing intent. */
    public void onStanding(Model model) {
        registry.counter(PREFIX + "calls.standing", "model", model.name()).increment();
    }

    /** Counts an attempt that an earlier owner left running, or may have started. */
    public void onInherited(Model model) {
        registry.counter(PREFIX + "attempts.uncertain", "model", model.name()).increment();
        registry.counter(PREFIX + "attempts.inherited", "model", model.name()).increment();
    }

    /** Counts a retry that waits because its model's budget is exhausted. */
    public void onHeldBack(Model model) {
        registry.counter(PREFIX + "retries.held.back", "model", model.name()).increment();
    }

    /** Counts the time for which ready jobs of a model have waited. */
    public void onWaited(Model model, WaitingReason reason, long nanos) {
        registry.counter(PREFIX + "waited.seconds", "model", model.name(), "cause", reason.word())
                .increment(nanos / NANOS_PER_SECOND);
    }

    /** Counts a result. */
    public void onEnded(String model, @Nullable ErrorCode error) {
        var series = new Series(model, error == null ? OK : error.code());
        results.computeIfAbsent(
                        series,
                        it ->
                                registry.counter(
                                        PREFIX + "results", "model", it.model(), "code", it.code()))
                .increment();
    }

    /** Counts a job that ended at the standard tier, too late for a cheaper one. */
    public void onSpilled(Model model) {
        registry.counter(PREFIX + "jobs.spilled", "model", model.name()).increment();
    }

    /** Counts a job that is handed over to another model. */
    public void onFallback(String from, String to, ErrorCode reason) {
        registry.counter(PREFIX + "fallbacks", "from", from, "to", to, "reason", reason.code())
                .increment();
    }

    public void onDeadLetter() {
        deadLetters.increment();
    }

    public void onCommit(ResultLog.Transaction transaction, long nanos) {
        commitTime.record(nanos, TimeUnit.NANOSECONDS);
        commitRecords.record(transaction.records().size());
        transaction
                .offsets()
                .values()
                .forEach(offset -> ledgerBytes.record(offset.metadata().length()));
    }

    public void onAborted() {
        aborted.increment();
    }
}
