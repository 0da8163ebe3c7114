package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Flow.Claim;
import dev.millrace.router.flow.Flow.Owner;
import dev.millrace.router.seen.Expiry;
import dev.millrace.router.seen.Repeats;
import java.time.InstantSource;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Second step: lets the first record of a job pass, and buries its repeats: as long as the job is
 * unfinished, and for a time after its end, which {@link SettleStep} notes.
 *
 * <p>The window is in the time of the records, not of the clock, so that a repeat that waited in
 * the topic while the router was down is still a repeat.
 */
final class DedupeStep implements Processor<byte[], Claim, byte[], Flow> {
    private final InstantSource clock;
    private final Expiry expiry;
    private final InternalErrors errors;
    private final Forwarding<Flow> forward = new Forwarding<>();
    private @Nullable Repeats repeats;

    DedupeStep(InstantSource clock, Expiry expiry, InternalErrors errors) {
        this.clock = clock;
        this.expiry = expiry;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Flow> context) {
        forward.init(context);
        repeats = new Repeats(context.getStateStore(Step.SEEN_JOBS), expiry);
    }

    @Override
    public void process(Record<byte[], Claim> entry) {
        Claim claim = entry.value();
        Flow next =
                errors.decide(
                        Step.DEDUPE,
                        claim.origin(),
                        () -> next(entry),
                        message -> claim.buried(ErrorCode.INTERNAL_ERROR, message));
        forward.to(next instanceof Claim ? Step.PLAN : Step.BURY, entry.withValue(next));
    }

    private Flow next(Record<byte[], Claim> entry) {
        if (repeats == null) {
            throw new IllegalStateException("the step has not been initialised");
        }
        Claim claim = entry.value();
        ErrorCode repeat =
                repeats.onClaim(
                        claim,
                        entry.timestamp(),
                        forward.context().currentStreamTimeMs(),
                        clock.millis());
        return repeat == null ? claim : burial(claim, repeat);
    }

    private static Flow burial(Claim claim, ErrorCode repeat) {
        Owner owner = claim.owner();
        String what = repeat == ErrorCode.DUPLICATE ? "the same content" : "another content";
        return claim.buried(
                repeat,
                "custom_id \""
                        + owner.customId()
                        + "\" of batch \""
                        + owner.batch()
                        + "\" came before, with "
                        + what);
    }
}
