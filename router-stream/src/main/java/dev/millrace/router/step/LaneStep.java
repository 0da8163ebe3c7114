package dev.millrace.router.step;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.canary.inflight.Canaries;
import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.fair.FairLaneAssigner;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.records.TopicLimits;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Last step: chooses the lane of a job, so that no tenant's jobs wait behind the backlog of a
 * tenant that exceeds its fair share.
 *
 * <p>{@link JobCompletionStep} reports the ends of the partition's jobs, which reduce the lead of a
 * tenant and the unfinished jobs of a guarded arm. A job is counted here, where nothing can reject
 * it any more, so every counted job also has a counted end.
 */
final class LaneStep
        implements Processor<byte[], RoutingMessage.LaneEvent, byte[], RoutingMessage> {
    private final Topics topics;
    private final TopicLimits limits;
    private final Canaries canaries;
    private final FairnessConfig fairness;
    private final LongSupplier lostBefore;
    private final InternalErrors errors;
    private final StepContext<RoutingMessage> step = new StepContext<>();
    private @Nullable FairLaneAssigner laneAssigner;
    private @Nullable CanaryInFlightStore inFlight;
    private long flushedMillis;

    /**
     * @param lostBefore supplies the time before which unfinished jobs are lost
     */
    LaneStep(
            Topics topics,
            TopicLimits limits,
            Canaries canaries,
            LongSupplier lostBefore,
            FairnessConfig fairness,
            InternalErrors errors) {
        this.topics = topics;
        this.limits = limits;
        this.canaries = canaries;
        this.lostBefore = lostBefore;
        this.fairness = fairness;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], RoutingMessage> context) {
        step.init(context);
        laneAssigner =
                PaceStore.restore(
                        context.getStateStore(StepNames.PACE), fairness, step.nowMillis());
        inFlight =
                new CanaryInFlightStore(
                        context.getStateStore(StepNames.EXPOSURES),
                        canaries,
                        lostBefore,
                        step.nowMillis());
        step.every(RouterTopology.COMMIT_TICK, this::flush);
    }

    /** Drops changes since the last flush, since their transaction may have been aborted. */
    @Override
    public void close() {
        step.stop();
    }

    @Override
    public void process(Record<byte[], RoutingMessage.LaneEvent> entry) {
        switch (entry.value()) {
            case PlannedJob job -> {
                RoutingMessage next =
                        errors.decide(
                                StepNames.LANE,
                                job.origin(),
                                () -> counted(withLane(entry, job)),
                                message -> job.toRejected(Rejection.internal(message)));
                step.forwardTo(
                        next instanceof PlannedJob ? StepNames.JOBS : StepNames.REFUSE,
                        entry.withValue(next));
            }
            case RoutingMessage.CompletedJob(CostEvent event) ->
                    errors.run(StepNames.LANE, step.origin(), () -> onEnd(event));
        }
        long nowMillis = step.nowMillis();
        if (nowMillis - flushedMillis >= RouterTopology.COMMIT_TICK.toMillis()) {
            // Under low load, each change is stored in the transaction of its job.
            flush(nowMillis);
        }
    }

    private void flush(long nowMillis) {
        laneAssigner().flush(nowMillis);
        flushedMillis = nowMillis;
    }

    private PlannedJob counted(PlannedJob job) {
        inFlight().onRouted(job.headers().routedBy(), job.headers().model(), step.nowMillis());
        return job;
    }

    private PlannedJob withLane(Record<byte[], RoutingMessage.LaneEvent> entry, PlannedJob job) {
        String model = job.headers().model();
        if (laneAssigner().assignLane(model, job.identity().tenant(), step.nowMillis())
                == Lane.NORMAL) {
            return job;
        }
        String bulk = topics.jobs(model, Lane.BULK);
        int bytes = OutgoingRecords.maxBytes(entry.key(), job.bytes(), entry.headers());
        // Both lanes have the same limit unless a topic was changed by hand.
        return bytes > limits.maxRecordBytes(bulk) ? job : job.onTopic(bulk);
    }

    /**
     * Counts an end for the model that the job was routed to, even if the job fell back to another
     * model later. Workers of the previous version report no lane; they had only the normal one.
     */
    private void onEnd(CostEvent event) {
        JobEnd end = event.end();
        if (end == null) {
            if (event.model() != null) {
                laneAssigner().onNormalEnd(event.model(), step.nowMillis());
            }
            return;
        }
        inFlight().onEnd(end, step.nowMillis());
        if (end.lane() == Lane.NORMAL && end.routedTo() != null) {
            laneAssigner().onNormalEnd(end.routedTo(), step.nowMillis());
        }
    }

    private CanaryInFlightStore inFlight() {
        if (inFlight == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        return inFlight;
    }

    private FairLaneAssigner laneAssigner() {
        if (laneAssigner == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        return laneAssigner;
    }
}
