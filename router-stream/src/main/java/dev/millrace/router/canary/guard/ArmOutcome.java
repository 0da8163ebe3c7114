package dev.millrace.router.canary.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Outcome of one job of a monitored rule, as sent to the monitor.
 *
 * <p>Encoded as a version byte, an error byte (1 for an error), milliseconds and billionths of a
 * dollar as variable-length numbers, and the model's name.
 *
 * @param model catalog name of the model that the job was routed to
 */
public record ArmOutcome(String model, JobOutcome outcome) {
    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 2;

    /**
     * Returns what a job's end says about the arm that the job was routed to. Returns empty for a
     * cancelled job and for a job that ended without a call, such as one that expired while waiting
     * or that got the answer to another job. A job that another model had to answer is an error of
     * the arm.
     */
    public static Optional<ArmOutcome> of(CostEvent event, JobEnd end) {
        String arm = end.routedTo();
        boolean isIrrelevant =
                ErrorCode.CANCELLED.code().equals(end.errorCode()) || end.attempts() == 0;
        if (arm == null || isIrrelevant) {
            return Optional.empty();
        }
        boolean isAnsweredByAnotherModel = event.model() != null && !arm.equals(event.model());
        boolean isError = end.errorCode() != null || isAnsweredByAnotherModel;
        // upstreamMs is the duration of the last call, which then went to the other model.
        long millis = isAnsweredByAnotherModel ? 0 : end.upstreamMs();
        return Optional.of(new ArmOutcome(arm, JobOutcome.of(isError, millis, end.jobCostUsd())));
    }

    /**
     * Returns a serde that reads null for malformed bytes and for unknown versions, which can occur
     * during a rolling upgrade.
     */
    public static Serde<ArmOutcome> serde() {
        return Serdes.serdeFrom((_, outcome) -> outcome.encode(), (_, bytes) -> read(bytes));
    }

    private static @Nullable ArmOutcome read(byte @Nullable [] bytes) {
        try {
            return bytes == null ? null : decode(ByteBuffer.wrap(bytes));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null;
        }
    }

    byte[] encode() {
        byte[] name = model.getBytes(UTF_8);
        int bytes =
                FIXED_BYTES
                        + ByteUtils.sizeOfVarint(outcome.upstreamMillis())
                        + ByteUtils.sizeOfVarlong(outcome.costNanoUsd())
                        + name.length;
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION);
        out.put((byte) (outcome.isError() ? 1 : 0));
        ByteUtils.writeVarint(outcome.upstreamMillis(), out);
        ByteUtils.writeVarlong(outcome.costNanoUsd(), out);
        return out.put(name).array();
    }

    private static @Nullable ArmOutcome decode(ByteBuffer in) {
        if (in.get() != VERSION) {
            return null;
        }
        boolean isError = in.get() == 1;
        int millis = ByteUtils.readVarint(in);
        long nano = ByteUtils.readVarlong(in);
        byte[] name = new byte[in.remaining()];
        in.get(name);
        return new ArmOutcome(new String(name, UTF_8), new JobOutcome(isError, millis, nano));
    }
}
