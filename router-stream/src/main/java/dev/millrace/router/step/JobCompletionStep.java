package dev.millrace.router.step;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.router.dedupe.HandledOffset;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.feature.StepContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.hold.QueueTimes;
import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.RoutingMessage.CompletedJob;
import dev.millrace.router.message.RoutingMessage.JobCost;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.OtherCost;
import dev.millrace.router.message.ThreadBacklog;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads cost events, marks their jobs as ended in the store of seen jobs, and forwards each event
 * once, even when the topic is read again. All steps get the ends of known jobs; only the features
 * that ask for them get other events. Requests no commit, which would delay the requests behind it
 * by a transaction: work released by an end can wait for the next commit.
 *
 * <p>A job's final cost event is in the partition of its request, so the task that routed the job
 * reads it; an express job has none. A reservation of money can outlast the entry of a job in the
 * store.
 */
final class JobCompletionStep implements Processor<byte[], byte @Nullable [], byte[], JobCost> {
    private static final Logger LOG = LoggerFactory.getLogger(JobCompletionStep.class);

    private final InstantSource clock;
    private final Supplier<Uuid> costsTopic;
    private final List<String> costNodes;
    private final QueueTimes times;
    private final ThreadBacklog backlog;
    private final InternalErrors errors;
    private final StepContext<JobCost> step = new StepContext<>();
    private @Nullable SeenJobStore seen;
    private @Nullable HandledOffset counted;

    /**
     * @param costsTopic looks up the id of the costs topic, and may block
     * @param costNodes nodes of features that also get other events
     * @param times measures how long routed jobs take
     */
    JobCompletionStep(
            InstantSource clock,
            Supplier<Uuid> costsTopic,
            List<String> costNodes,
            QueueTimes times,
            ThreadBacklog backlog,
            InternalErrors errors) {
        this.clock = clock;
        this.costsTopic = costsTopic;
        this.costNodes = costNodes;
        this.times = times;
        this.errors = errors;
        this.backlog = backlog;
    }

    @Override
    public void init(ProcessorContext<byte[], JobCost> context) {
        step.init(context);
        seen = new SeenJobStore(context.getStateStore(StepNames.SEEN_JOBS));
        var ends = new HandledOffset(context.getStateStore(StepNames.SEEN_JOBS), costsTopic);
        var _ = ends.open();
        counted = ends;
        step.every(CommitTrigger.TICK, _ -> ends.flush());
    }

    @Override
    public void close() {
        step.stop();
    }

    @Override
    public void process(Record<byte[], byte @Nullable []> entry) {
        errors.decide(
                        StepNames.SETTLE,
                        step.origin(),
                        () -> settle(entry),
                        _ -> Optional.<JobCost>empty())
                .ifPresent(cost -> forward(entry.withValue(cost)));
    }

    private void forward(Record<byte[], JobCost> cost) {
        switch (cost.value()) {
            case CompletedJob _ -> step.context().forward(cost);
            case OtherCost _ -> costNodes.forEach(it -> step.forwardTo(it, cost));
        }
    }

    private Optional<JobCost> settle(Record<byte[], byte @Nullable []> entry) {
        if (seen == null || counted == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        Origin origin = step.origin();
        backlog.onRecord(origin);
        CostEvent event = read(entry.value());
        if (event == null || !counted.isNew(origin.offset())) {
            return Optional.empty();
        }
        counted.onHandled(origin.offset());
        OptionalLong routedMillis =
                event.isFinal()
                        ? seen.onEnd(event.jobId(), entry.timestamp(), clock.millis())
                        : OptionalLong.empty();
        if (routedMillis.isEmpty()) {
            return Optional.of(new OtherCost(event));
        }
        times.onEnd(event, routedMillis.getAsLong(), entry.timestamp());
        return Optional.of(new CompletedJob(event));
    }

    /** Returns null for a record that is no cost event, since it must not stop the router. */
    private @Nullable CostEvent read(byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        try {
            return CostEventCodec.read(value);
        } catch (IllegalArgumentException e) {
            LOG.atDebug()
                    .addKeyValue("partition", step.origin().partition())
                    .addKeyValue("offset", step.origin().offset())
                    .addKeyValue("problem", e.getMessage())
                    .log("Skipped a record of the costs topic that is no cost event");
            return null;
        }
    }
}
