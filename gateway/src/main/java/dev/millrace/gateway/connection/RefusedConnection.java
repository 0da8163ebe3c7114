package dev.millrace.gateway.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.function.Function;

/**
 * A connection above the limit: its first request is answered with a refusal, and the connection
 * ends. All bytes are read before the close. A socket closed with unread bytes is reset, which can
 * cost the client the answer.
 */
final class RefusedConnection {
    /** Time for a TLS handshake, and for the head of the request. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Time for the client to close the connection, which most clients do at once. */
    private static final Duration CLOSING_TIME = Duration.ofSeconds(1);

    private static final int MAX_HEAD_BYTES = 32 << 10;
    private static final int MAX_REST_BYTES = 1 << 20;
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final DataReader reader;
    private final DataWriter writer;

    RefusedConnection(DataReader reader, DataWriter writer) {
        this.reader = reader;
        this.writer = writer;
    }

    /**
     * Answers the first request. Called by the connection's thread.
     *
     * @param answer makes the whole answer from the head of the request
     */
    void refuse(Function<String, byte[]> answer) {
        var deadline = ClientDeadline.begin(PATIENCE);
        String head;
        try {
            head = head();
        } catch (DataReader.InsufficientDataAvailableException e) {
            return;
        } finally {
            var _ = deadline.end();
        }
        writer.writeNow(BufferData.create(answer.apply(head)));
        deadline = ClientDeadline.begin(CLOSING_TIME);
        try {
            skipRest();
        } finally {
            var _ = deadline.end();
        }
    }

    private String head() {
        var head = new ByteArrayOutputStream();
        String text = "";
        while (!text.contains(END_OF_HEAD) && head.size() < MAX_HEAD_BYTES) {
            head.writeBytes(next());
            text = head.toString(ISO_8859_1);
        }
        return text;
    }

    private byte[] next() {
        reader.ensureAvailable();
        return reader.readBytes(reader.available());
    }

    private void skipRest() {
        try {
            int skipped = 0;
            while (skipped < MAX_REST_BYTES) {
                skipped += next().length;
            }
        } catch (DataReader.InsufficientDataAvailableException e) {
            // The client has closed the connection.
        }
    }
}
