package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Flow.Claim;
import dev.millrace.router.flow.Flow.Owner;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Second step: lets the first record of a job pass, and buries its repeats: as long as the job is
 * unfinished, and for a time after its end, which {@link SettleStep} notes.
 *
 * <p>The time is that of the records, not of the clock, so that a repeat that waited in the topic
 * while the router was down is still a repeat.
 */
final class DedupeStep implements Processor<byte[], Claim, byte[], Flow> {
    private final long windowMillis;
    private final Forwarding<Flow> forward = new Forwarding<>();
    private @Nullable KeyValueStore<Bytes, byte[]> seen;
    private @Nullable Sweep sweep;

    DedupeStep(Duration window) {
        windowMillis = window.toMillis();
    }

    @Override
    public void init(ProcessorContext<byte[], Flow> context) {
        forward.init(context);
        seen = context.getStateStore(Step.SEEN_JOBS);
        sweep = new Sweep(seen, windowMillis);
    }

    @Override
    public void process(Record<byte[], Claim> entry) {
        if (seen == null || sweep == null) {
            throw new IllegalStateException("the step has not been initialised");
        }
        Claim claim = entry.value();
        Bytes key = SeenJob.key(claim.owner().jobId());
        byte[] digest = Digests.of(claim);
        byte[] stored = seen.get(key);
        ErrorCode repeat =
                stored == null
                        ? null
                        : SeenJob.decode(stored).judge(entry.timestamp(), digest, windowMillis);
        if (repeat != null) {
            forward.to(Step.BURY, entry.withValue(burial(claim, repeat)));
            return;
        }
        long now = Math.max(entry.timestamp(), forward.context().currentStreamTimeMs());
        seen.put(key, SeenJob.open(now, digest).encode());
        sweep.onPut(key, now);
        forward.to(Step.PLAN, entry);
    }

    private static Flow burial(Claim claim, ErrorCode repeat) {
        Owner owner = claim.owner();
        String what = repeat == ErrorCode.DUPLICATE ? "the same content" : "another content";
        return new Flow.Burial(
                repeat,
                "custom_id \""
                        + owner.customId()
                        + "\" of batch \""
                        + owner.batch()
                        + "\" came before, with "
                        + what,
                claim.bytes(),
                owner.tenant(),
                owner.batch(),
                owner.line(),
                owner.jobId());
    }
}
