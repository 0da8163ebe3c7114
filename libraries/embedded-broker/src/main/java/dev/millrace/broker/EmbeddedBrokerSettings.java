package dev.millrace.broker;

import java.nio.file.Path;

/**
 * The settings of an embedded broker.
 *
 * @param directory folder of the logs and metadata; created and formatted on first use
 * @param port port on the loopback interface, 0 to 65535; 0 for any free port, which may differ at
 *     each start
 * @param maxRecordBytes size of the largest record batch of any topic, in bytes, 1 MiB to 512 MiB
 */
public record EmbeddedBrokerSettings(Path directory, int port, int maxRecordBytes) {
    private static final int MIB = 1024 * 1024;

    /** Room for a request of 16 MiB, its answer of 16 MiB, and Millrace's own data. */
    public static final int DEFAULT_MAX_RECORD_BYTES = 40 * MIB;

    public EmbeddedBrokerSettings {
        require(port >= 0 && port <= 65_535, "port must be 0..65535, was " + port);
        require(
                maxRecordBytes >= MIB && maxRecordBytes <= 512 * MIB,
                "maxRecordBytes must be 1 MiB to 512 MiB, was " + maxRecordBytes);
    }

    /** Returns the settings of a broker in the given directory, on any free port. */
    public static EmbeddedBrokerSettings in(Path directory) {
        return new EmbeddedBrokerSettings(directory, 0, DEFAULT_MAX_RECORD_BYTES);
    }

    /** Returns these settings with another port. */
    public EmbeddedBrokerSettings withPort(int newPort) {
        return new EmbeddedBrokerSettings(directory, newPort, maxRecordBytes);
    }

    /** Returns these settings with another size limit of record batches. */
    public EmbeddedBrokerSettings withMaxRecordBytes(int newMaxRecordBytes) {
        return new EmbeddedBrokerSettings(directory, port, newMaxRecordBytes);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
