package dev.millrace.similarity.verification;

import java.nio.ByteBuffer;

/**
 * The stored form of a {@link VerificationState}, 18 bytes in network order: version (1), kind (1),
 * right (4), wrong (4), threshold (8; 0 when switched off).
 */
public final class VerificationRecord {
    private static final byte VERSION = 1;
    private static final byte MEASURING = 1;
    private static final byte SWITCHED_OFF = 2;
    private static final int LENGTH = 2 + 2 * Integer.BYTES + Double.BYTES;

    private VerificationRecord() {}

    /** Returns the bytes of a state. */
    public static byte[] encode(VerificationState state) {
        var bytes = ByteBuffer.allocate(LENGTH).put(VERSION);
        switch (state) {
            case VerificationState.Measuring it ->
                    bytes.put(MEASURING)
                            .putInt(it.right())
                            .putInt(it.wrong())
                            .putDouble(it.threshold());
            case VerificationState.SwitchedOff it ->
                    bytes.put(SWITCHED_OFF).putInt(it.right()).putInt(it.wrong()).putDouble(0);
        }
        return bytes.array();
    }

    /**
     * Returns the state of stored bytes.
     *
     * @throws IllegalArgumentException if the bytes are no state, or of an unknown version
     */
    public static VerificationState decode(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            throw new IllegalArgumentException(
                    "unknown version of a verification state: "
                            + (bytes.length == 0 ? "no bytes" : bytes[0]));
        }
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException(
                    "a verification state has " + LENGTH + " bytes, not " + bytes.length);
        }
        var in = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
        byte kind = in.get();
        int right = in.getInt();
        int wrong = in.getInt();
        double threshold = in.getDouble();
        return switch (kind) {
            case MEASURING -> new VerificationState.Measuring(threshold, right, wrong);
            case SWITCHED_OFF -> new VerificationState.SwitchedOff(right, wrong);
            default ->
                    throw new IllegalArgumentException(
                            "unknown kind of a verification state: " + kind);
        };
    }
}
