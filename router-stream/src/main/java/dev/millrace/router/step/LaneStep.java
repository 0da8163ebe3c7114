package dev.millrace.router.step;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.canary.inflight.Canaries;
import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.edge.Outgoing;
import dev.millrace.router.edge.TopicLimits;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.fair.FairLaneAssigner;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Flow.Fault;
import dev.millrace.router.flow.Flow.Job;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Last step: puts a job on a lane of its model, so that no tenant's jobs stand behind those of
 * another one that sends more than its part.
 *
 * <p>It also hears of the ends of this partition's jobs, from {@link SettleStep}: what has been
 * served is no longer ahead, and no longer open at a guarded arm. A job counts from here on, when
 * nothing can refuse it any more, so that each one that counts has an end that does.
 */
final class LaneStep implements Processor<byte[], Flow.Counted, byte[], Flow> {
    private final Topics topics;
    private final TopicLimits limits;
    private final Canaries guarded;
    private final FairnessConfig fairness;
    private final LongSupplier lostBefore;
    private final InternalErrors errors;
    private final Forwarding<Flow> forward = new Forwarding<>();
    private @Nullable FairLaneAssigner pace;
    private @Nullable CanaryInFlightStore exposures;
    private long flushedMillis;

    /**
     * @param lostBefore an unfinished job that came before that time is lost
     */
    LaneStep(
            Topics topics,
            TopicLimits limits,
            Canaries guarded,
            LongSupplier lostBefore,
            FairnessConfig fairness,
            InternalErrors errors) {
        this.topics = topics;
        this.limits = limits;
        this.guarded = guarded;
        this.lostBefore = lostBefore;
        this.fairness = fairness;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Flow> context) {
        forward.init(context);
        pace = PaceStore.restore(context.getStateStore(Step.PACE), fairness, forward.nowMillis());
        exposures =
                new CanaryInFlightStore(
                        context.getStateStore(Step.EXPOSURES),
                        guarded,
                        lostBefore,
                        forward.nowMillis());
        forward.every(RouterTopology.COMMIT_TICK, this::flush);
    }

    /** What has changed since the last tick is dropped: its transaction may have been aborted. */
    @Override
    public void close() {
        forward.stop();
    }

    @Override
    public void process(Record<byte[], Flow.Counted> entry) {
        switch (entry.value()) {
            case Job job -> {
                Flow next =
                        errors.decide(
                                Step.LANE,
                                job.origin(),
                                () -> counted(onLane(entry, job)),
                                message -> job.refused(Fault.internal(message)));
                forward.to(next instanceof Job ? Step.JOBS : Step.REFUSE, entry.withValue(next));
            }
            case Flow.End(CostEvent event) ->
                    errors.run(Step.LANE, forward.origin(), () -> onEnd(event));
        }
        long nowMillis = forward.nowMillis();
        if (nowMillis - flushedMillis >= RouterTopology.COMMIT_TICK.toMillis()) {
            // With little to do each change is in the transaction of its job.
            flush(nowMillis);
        }
    }

    private void flush(long nowMillis) {
        pace().flush(nowMillis);
        flushedMillis = nowMillis;
    }

    private Job counted(Job job) {
        exposures().onRouted(job.headers().routedBy(), job.headers().model(), forward.nowMillis());
        return job;
    }

    private Job onLane(Record<byte[], Flow.Counted> entry, Job job) {
        String model = job.headers().model();
        if (pace().assignLane(model, job.owner().tenant(), forward.nowMillis()) == Lane.NORMAL) {
            return job;
        }
        String bulk = topics.jobs(model, Lane.BULK);
        int bytes = Outgoing.bytesOf(entry.key(), job.bytes(), entry.headers());
        // The topics of both lanes are made alike, but one may have been changed by hand.
        return bytes > limits.maxRecordBytes(bulk) ? job : job.onTopic(bulk);
    }

    /**
     * The pace is that of the first model: a job that fell back has left its lane, too. A worker of
     * the version before does not tell the lane; there was only the normal one.
     */
    private void onEnd(CostEvent ended) {
        JobEnd end = ended.end();
        if (end == null) {
            if (ended.model() != null) {
                pace().onNormalEnd(ended.model(), forward.nowMillis());
            }
            return;
        }
        exposures().onEnd(end, forward.nowMillis());
        if (end.lane() == Lane.NORMAL && end.routedTo() != null) {
            pace().onNormalEnd(end.routedTo(), forward.nowMillis());
        }
    }

    private CanaryInFlightStore exposures() {
        if (exposures == null) {
            throw new IllegalStateException("the step has not been initialised");
        }
        return exposures;
    }

    private FairLaneAssigner pace() {
        if (pace == null) {
            throw new IllegalStateException("the step has not been initialised");
        }
        return pace;
    }
}
