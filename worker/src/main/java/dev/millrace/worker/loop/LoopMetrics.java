package dev.millrace.worker.loop;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.ResultLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the loop tells about itself; {@code docs/worker.md} holds the table. */
final class LoopMetrics {
    private static final String PREFIX = "millrace.worker.";
    private static final String OK = "ok";

    private final MeterRegistry registry;

    /** So that not each call looks its meter up by all its tags. */
    private final Map<Series, Timer> calls = new HashMap<>();

    private final Map<Series, Counter> results = new HashMap<>();

    private record Series(String model, String code) {}

    private final AtomicLong inFlight;
    private final AtomicLong openJobs;
    private final AtomicLong heldBytes;
    private final AtomicLong partitions;
    private final AtomicLong stoppedPartitions;
    private final AtomicLong pausedModels;
    private final Timer queueAge;
    private final Timer commitTime;
    private final Timer drains;
    private final DistributionSummary commitRecords;
    private final DistributionSummary ledgerBytes;
    private final Counter aborted;
    private final Counter deadLetters;

    LoopMetrics(MeterRegistry registry) {
        this.registry = registry;
        inFlight = gauge("calls.in.flight");
        openJobs = gauge("jobs.open");
        heldBytes = gauge("held.bytes");
        partitions = gauge("partitions");
        stoppedPartitions = gauge("partitions.stopped");
        pausedModels = gauge("models.paused");
        queueAge = registry.timer(PREFIX + "queue.age");
        commitTime = registry.timer(PREFIX + "commits");
        drains = registry.timer(PREFIX + "drains");
        commitRecords = registry.summary(PREFIX + "commit.records");
        ledgerBytes = registry.summary(PREFIX + "ledger.bytes");
        aborted = registry.counter(PREFIX + "commits.aborted");
        deadLetters = registry.counter(PREFIX + "dead.letters");
    }

    private AtomicLong gauge(String name) {
        var value = new AtomicLong();
        registry.gauge(PREFIX + name, value);
        return value;
    }

    void onTurn(
            Capacity capacity, PauseAndCancelState pauseAndCancel, long assigned, long stopped) {
        inFlight.set(capacity.inFlight());
        openJobs.set(capacity.openJobs());
        heldBytes.set(capacity.allBytes());
        partitions.set(assigned);
        stoppedPartitions.set(stopped);
        pausedModels.set(pauseAndCancel.paused().size());
    }

    /** A call starts; the age counts from the job's submission. */
    void onDispatched(long queuedMs) {
        queueAge.record(queuedMs, TimeUnit.MILLISECONDS);
    }

    void onCall(Model model, Providers.Report report) {
        if (report.verdict() instanceof Verdict.Late) {
            registry.counter(PREFIX + "calls.late", "model", model.name()).increment();
        }
        if (!report.called()) {
            return;
        }
        String code =
                report.verdict() instanceof Verdict.Failed failed ? failed.error().code() : OK;
        calls.computeIfAbsent(new Series(model.name(), code), series -> calls(model, series))
                .record(report.took());
        if (report.verdict().billing() instanceof Billing.Uncertain) {
            registry.counter(PREFIX + "attempts.uncertain", "model", model.name()).increment();
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

    /** An attempt was found running that an earlier owner had begun. */
    void onInherited(Model model) {
        registry.counter(PREFIX + "attempts.uncertain", "model", model.name()).increment();
        registry.counter(PREFIX + "attempts.inherited", "model", model.name()).increment();
    }

    /** A retry waits since its model's budget is used up. */
    void onHeldBack(Model model) {
        registry.counter(PREFIX + "retries.held.back", "model", model.name()).increment();
    }

    /** Partitions were given up after so long. */
    void onDrained(long nanos) {
        drains.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A job got its result. */
    void onEnded(String model, @Nullable ErrorCode error) {
        var series = new Series(model, error == null ? OK : error.code());
        results.computeIfAbsent(
                        series,
                        it ->
                                registry.counter(
                                        PREFIX + "results", "model", it.model(), "code", it.code()))
                .increment();
    }

    void onDeadLetter() {
        deadLetters.increment();
    }

    void onCommit(ResultLog.Transaction transaction, long nanos) {
        commitTime.record(nanos, TimeUnit.NANOSECONDS);
        commitRecords.record(transaction.records().size());
        transaction
                .offsets()
                .values()
                .forEach(offset -> ledgerBytes.record(offset.metadata().length()));
    }

    void onAborted() {
        aborted.increment();
    }
}
