package dev.millrace.router.guards;

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
 * <p>Encoded as a version byte, an error byte (1 for an error), milliseconds, billionths of a
 * dollar and the age of the call as variable-length numbers, and the model's name.
 *
 * @param model catalog name of the model that the job was routed to
 * @param callAgeMillis time from the start of that model's last call until the end of the job, 0 or
 *     more; null if that model was not called, because its breaker was open for example
 */
public record ArmOutcome(String model, JobOutcome outcome, @Nullable Long callAgeMillis) {
    private static final byte VERSION = 2;
    private static final long NOT_CALLED = -1;
    private static final int FIXED_BYTES = 2;

    /**
     * Returns the evidence of a job's end about the arm that the job was routed to. Returns empty
     * for a cancelled job and for a job that ended without a call, such as an expired job or one
     * that got the answer to another job. A job that another model had to answer is an error of the
     * arm, if the arm was called.
     */
    public static Optional<ArmOutcome> of(CostEvent event, JobEnd end) {
        String arm = end.route().to();
        boolean isIrrelevant =
                ErrorCode.CANCELLED.code().equals(end.errorCode()) || end.attempts() == 0;
        if (arm == null || isIrrelevant) {
            return Optional.empty();
        }
        boolean isAnsweredByAnotherModel = event.model() != null && !arm.equals(event.model());
        boolean isError = end.errorCode() != null || isAnsweredByAnotherModel;
        // upstreamMs is the duration of the last call, which then reached the other model.
        long millis = isAnsweredByAnotherModel ? 0 : end.times().upstreamMs();
        return Optional.of(
                new ArmOutcome(
                        arm,
                        JobOutcome.of(isError, millis, end.jobCostUsd()),
                        end.times().callAgeMs()));
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
                        + ByteUtils.sizeOfVarlong(callAge())
                        + name.length;
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION);
        out.put((byte) (outcome.isError() ? 1 : 0));
        ByteUtils.writeVarint(outcome.upstreamMillis(), out);
        ByteUtils.writeVarlong(outcome.costNanoUsd(), out);
        ByteUtils.writeVarlong(callAge(), out);
        return out.put(name).array();
    }

    private long callAge() {
        return callAgeMillis == null ? NOT_CALLED : callAgeMillis;
    }

    private static @Nullable ArmOutcome decode(ByteBuffer in) {
        if (in.get() != VERSION) {
            return null;
        }
        boolean isError = in.get() == 1;
        int millis = ByteUtils.readVarint(in);
        long nano = ByteUtils.readVarlong(in);
        long age = ByteUtils.readVarlong(in);
        byte[] name = new byte[in.remaining()];
        in.get(name);
        return new ArmOutcome(
                new String(name, UTF_8),
                new JobOutcome(isError, millis, nano),
                age < 0 ? null : Long.valueOf(age));
    }
}
