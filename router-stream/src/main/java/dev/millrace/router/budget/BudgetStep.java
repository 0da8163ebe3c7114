package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.router.budget.PartitionBudgets.Port;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.feature.TaskStep;
import dev.millrace.router.message.RoutingMessage.BudgetRefusedJob;
import dev.millrace.router.message.RoutingMessage.JobCost;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.waiting.OldestWaitingJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Connects {@link PartitionBudgets} to Kafka: passes jobs with a highest cost, cost events and
 * grants to it, and forwards jobs and reports. An uncovered job with a cache key can still get a
 * stored answer, which costs nothing. Requests the commits of its task.
 */
final class BudgetStep implements TaskStep.Task, Port {
    private final RouterContext router;
    private final Budgets feature;
    private final TaskStep step;
    private final SeenJobStore seen;
    private final LongSupplier lostBefore;
    private final PartitionBudgets budgets;

    BudgetStep(RouterContext router, Budgets feature, TaskStep step) {
        this.router = router;
        this.feature = feature;
        this.step = step;
        seen = new SeenJobStore(step.store(StepNames.SEEN_JOBS));
        lostBefore = router.waitingLostBefore();
        budgets = new PartitionBudgets(step.store(StepNames.WAITING), this, step.partition());
    }

    @Override
    public InstantSource clock() {
        return router.clock();
    }

    @Override
    public InternalErrors errors() {
        return router.errors();
    }

    @Override
    public ControlState control() {
        return router.policies().get().control();
    }

    @Override
    public BudgetAccounts accounts() {
        return feature.inForce(router).accounts();
    }

    @Override
    public OldestWaitingJob oldestParked() {
        return feature.oldestParked();
    }

    @Override
    public long lostBefore() {
        return lostBefore.getAsLong();
    }

    @Override
    public boolean hasEnded(JobId job) {
        return seen.hasEnded(job);
    }

    /** A returned job keeps its prices, which can be higher ones of a worker. */
    @Override
    public PlannedJob atCurrentPrices(PlannedJob parked) {
        PlannedJob job = router.inService(parked);
        if (job.headers().hasReturned() && !job.headers().hasReturnedUnpaid()) {
            return job;
        }
        JobHeaders headers =
                job.headers().hasReturned()
                        ? router.planner()
                                .underBudget(
                                        job.headers(),
                                        RequestParser.parse(job.bytes()).accepted(),
                                        router.clock().instant())
                        : router.planner()
                                .atCurrentPrices(
                                        job.headers(),
                                        router.planner().calls(job),
                                        () -> maxCostUsd(job.bytes()),
                                        router.clock().instant());
        return new PlannedJob(job.identity(), job.origin(), headers, job.bytes(), job.split());
    }

    private static @Nullable BigDecimal maxCostUsd(byte[] request) {
        return RequestParser.parse(request) instanceof ParseResult.Accepted accepted
                ? accepted.line().options().maxCostUsd()
                : null;
    }

    @Override
    public Optional<Rejection> refusal(PlannedJob job) {
        return router.modelRefusal(job.headers())
                .or(
                        () ->
                                Planner.ceilingRejection(job.headers())
                                        .map(
                                                it ->
                                                        new Rejection(
                                                                it.error(),
                                                                it.message(),
                                                                it.param())));
    }

    @Override
    public boolean onTick() {
        return budgets.onTick();
    }

    @Override
    public void close() {
        budgets.close();
    }

    @Override
    public void process(Record<byte[], @Nullable Object> entry) {
        switch (entry.value()) {
            case PlannedJob job -> onJob(job, entry);
            case JobCost cost -> budgets.onCost(cost.event(), step.context().origin());
            case byte[] grant -> onGrant(entry.key(), grant);
            case null, default -> {
                // A record of another program must not stop the router.
            }
        }
    }

    private void onJob(PlannedJob job, Record<byte[], @Nullable Object> entry) {
        var planned = PlannedRecord.of(job, entry, router.clock().millis());
        if (planned.hasReturned()) {
            // It can have waited long in a job topic; from now on, the parked jobs show its age.
            onRoutedLater(planned);
        }
        budgets.onJob(planned);
    }

    private void onRoutedLater(PlannedRecord job) {
        seen.onRoutedLater(job.job().identity().jobId(), router.clock().millis());
    }

    private void onGrant(byte @Nullable [] key, byte[] value) {
        Origin origin = step.onRecord();
        if (key != null) {
            LeaseGrant.of(value)
                    .ifPresent(grant -> budgets.onGrant(new String(key, UTF_8), grant, origin));
        }
    }

    @Override
    public void release(PlannedRecord job, boolean wasParked) {
        if (wasParked) {
            feature.metrics().onResumed();
            var since = Instant.ofEpochMilli(job.sinceMillis());
            router.holds().traces().onWaited(job.job().headers(), since, WaitingReason.BUDGET);
        }
        if (wasParked || job.hasReturned()) {
            onRoutedLater(job);
        }
        step.forwardTo(router.next(job.job(), feature), job.withValue(job.job()));
    }

    @Override
    public void onMoved(JobId job) {
        long now = router.clock().millis();
        seen.onRoutedLater(job, now);
        BudgetStore.onRoutedLater(step.store(StepNames.WAITING), job, now);
    }

    @Override
    public void refuse(PlannedRecord job, Rejection rejection) {
        boolean isServed = router.modelRefusal(job.job().headers()).isEmpty();
        if (job.hasReturned() && isServed) {
            release(job.withCostLimit(job.costLimit().refuse(rejection.message())), false);
        } else if (!job.hasReturned()
                && rejection.error() == ErrorCode.BUDGET_EXCEEDED
                && job.job().headers().cacheKey() != null) {
            onRoutedLater(job);
            step.forwardTo(
                    StepNames.ROUTE, job.withValue(new BudgetRefusedJob(job.job(), rejection)));
        } else {
            step.forwardTo(StepNames.REFUSE, job.withValue(job.job().toRejected(rejection)));
        }
    }

    @Override
    public void bury(UnreadableJob job, String message) {
        step.forwardTo(StepNames.BURY, job.toDeadLetter(message, router.clock().millis()));
    }

    @Override
    public void report(String account, LeaseReport report) {
        step.forwardTo(
                Budgets.REPORTS,
                new Record<>(account.getBytes(UTF_8), report.toBytes(), router.clock().millis()));
    }

    @Override
    public void onLost(JobId job, BigDecimal chargedUsd) {
        feature.metrics().onLost(chargedUsd);
    }
}
