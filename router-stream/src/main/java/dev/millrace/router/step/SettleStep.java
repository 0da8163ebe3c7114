package dev.millrace.router.step;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.Backlog;
import dev.millrace.router.flow.Flow.End;
import dev.millrace.router.flow.Flow.Origin;
import dev.millrace.router.seen.CountedEnds;
import dev.millrace.router.seen.SeenJobs;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads cost events, marks their jobs as ended in the store of seen jobs, and forwards each end
 * once, even when the topic is read again. Asks for a commit after each end.
 *
 * <p>A job's final cost event stands in the partition that its request stood in, so it comes to the
 * task that let the job pass. One that does not know it passes over it.
 */
final class SettleStep implements Processor<byte[], byte @Nullable [], byte[], End> {
    private static final Logger LOG = LoggerFactory.getLogger(SettleStep.class);

    private final InstantSource clock;
    private final Supplier<Uuid> costsTopic;
    private final Backlog backlog;
    private final CommitPace commits;
    private final InternalErrors errors;
    private final Forwarding<End> forward = new Forwarding<>();
    private @Nullable SeenJobs seen;
    private @Nullable CountedEnds counted;

    /**
     * @param costsTopic asks for the topic id of the costs topic, and may block
     */
    SettleStep(
            InstantSource clock,
            Supplier<Uuid> costsTopic,
            Backlog backlog,
            InternalErrors errors) {
        this.clock = clock;
        this.costsTopic = costsTopic;
        this.errors = errors;
        this.backlog = backlog;
        commits = new CommitPace(backlog);
    }

    @Override
    public void init(ProcessorContext<byte[], End> context) {
        forward.init(context);
        seen = new SeenJobs(context.getStateStore(Step.SEEN_JOBS));
        var ends = new CountedEnds(context.getStateStore(Step.SEEN_JOBS), costsTopic);
        counted = ends;
        forward.every(
                RouterTopology.COMMIT_TICK,
                _ -> {
                    ends.flush();
                    commits.onTick(context::commit);
                });
    }

    @Override
    public void close() {
        forward.stop();
    }

    @Override
    public void process(Record<byte[], byte @Nullable []> entry) {
        Optional<Record<byte[], End>> end =
                errors.decide(
                        Step.SETTLE,
                        forward.origin(),
                        () -> endOf(entry),
                        _ -> Optional.<Record<byte[], End>>empty());
        end.ifPresent(forward.context()::forward);
    }

    private Optional<Record<byte[], End>> endOf(Record<byte[], byte @Nullable []> entry) {
        if (seen == null || counted == null) {
            throw new IllegalStateException("the step has not been initialised");
        }
        Origin origin = forward.origin();
        backlog.onRecord(origin);
        CostEvent event = read(entry.value());
        if (event == null || !event.isFinal()) {
            return Optional.empty();
        }
        if (!counted.isNew(origin.offset())
                || !seen.onEnd(event.jobId(), entry.timestamp(), clock.millis())) {
            return Optional.empty();
        }
        counted.onCounted(origin.offset());
        commits.onWork();
        return Optional.of(entry.withValue(new End(event)));
    }

    /** Null for a record that is no cost event: somebody else's must not stop the router. */
    private @Nullable CostEvent read(byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        try {
            return CostEventCodec.read(value);
        } catch (IllegalArgumentException e) {
            LOG.atDebug()
                    .addKeyValue("partition", forward.origin().partition())
                    .addKeyValue("offset", forward.origin().offset())
                    .addKeyValue("problem", e.getMessage())
                    .log("Passed over a record of the costs topic that is no cost event");
            return null;
        }
    }
}
