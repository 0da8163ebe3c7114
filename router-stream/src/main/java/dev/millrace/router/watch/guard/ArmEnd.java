package dev.millrace.router.watch.guard;

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
 * The end of a job of a watched rule, on its way to where the rule is watched.
 *
 * <p>Its bytes are a version, 1 for an error, milliseconds and billionths of a dollar as
 * variable-length numbers, and the model's name.
 *
 * @param model that the job was routed to, by its catalog name
 */
public record ArmEnd(String model, Outcome outcome) {
    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 2;

    /**
     * What the end of a job says about the arm that it was routed to. Nothing when it was
     * cancelled, or ended without a call: answered from elsewhere, expired while it waited,
     * refused. A job that another model had to answer is an error of the arm.
     */
    public static Optional<ArmEnd> of(CostEvent event, JobEnd end) {
        String arm = end.routedTo();
        boolean saysNothing =
                ErrorCode.CANCELLED.code().equals(end.errorCode()) || end.attempts() == 0;
        if (arm == null || saysNothing) {
            return Optional.empty();
        }
        boolean isByAnother = event.model() != null && !arm.equals(event.model());
        boolean isError = end.errorCode() != null || isByAnother;
        // The time is that of the last call: of the other model.
        long millis = isByAnother ? 0 : end.upstreamMs();
        return Optional.of(new ArmEnd(arm, Outcome.of(isError, millis, end.jobCostUsd())));
    }

    /**
     * Returns a serde that reads null for what another version wrote, which may be there while
     * routers are replaced, and for what cannot be read.
     */
    public static Serde<ArmEnd> serde() {
        return Serdes.serdeFrom((_, end) -> end.encode(), (_, bytes) -> read(bytes));
    }

    private static @Nullable ArmEnd read(byte @Nullable [] bytes) {
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

    private static @Nullable ArmEnd decode(ByteBuffer in) {
        if (in.get() != VERSION) {
            return null;
        }
        boolean isError = in.get() == 1;
        int millis = ByteUtils.readVarint(in);
        long nano = ByteUtils.readVarlong(in);
        byte[] name = new byte[in.remaining()];
        in.get(name);
        return new ArmEnd(new String(name, UTF_8), new Outcome(isError, millis, nano));
    }
}
