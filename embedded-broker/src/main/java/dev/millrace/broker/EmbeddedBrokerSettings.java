package dev.millrace.broker;

import java.nio.file.Path;

/**
 * What an embedded broker needs to know.
 *
 * @param directory where its logs and metadata live; made and formatted on first use
 * @param port on the loopback interface, 0 to 65535; 0 takes a free one, another one at each start
 * @param maxRecordBytes the largest record batch of any topic, in bytes, at least 1 MiB
 */
public record EmbeddedBrokerSettings(Path directory, int port, int maxRecordBytes) {
    private static final int MIB = 1024 * 1024;

    /** A request of 16 MiB, its answer of 16 MiB, and what Millrace adds, with room to spare. */
    public static final int DEFAULT_MAX_RECORD_BYTES = 40 * MIB;

    public EmbeddedBrokerSettings {
        require(port >= 0 && port <= 65_535, "port must be 0..65535, was " + port);
        require(
                maxRecordBytes >= MIB && maxRecordBytes <= 512 * MIB,
                "maxRecordBytes must be 1 MiB to 512 MiB, was " + maxRecordBytes);
    }

    /** A broker in the given directory on a free port. */
    public static EmbeddedBrokerSettings in(Path directory) {
        return new EmbeddedBrokerSettings(directory, 0, DEFAULT_MAX_RECORD_BYTES);
    }

    /** The same broker on another port. */
    public EmbeddedBrokerSettings withPort(int newPort) {
        return new EmbeddedBrokerSettings(directory, newPort, maxRecordBytes);
    }

    /** The same broker with another largest record batch. */
    public EmbeddedBrokerSettings withMaxRecordBytes(int newMaxRecordBytes) {
        return new EmbeddedBrokerSettings(directory, port, newMaxRecordBytes);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
