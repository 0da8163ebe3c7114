package dev.millrace.gateway.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ServerConnectionException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Writes to a client that must receive at a minimum speed. Otherwise, a client that reads nothing
 * would keep its connection, thread and answer forever. Belongs to the connection's thread.
 */
final class PatientWriter implements DataWriter {
    /** Number of bytes of a write that extend the wait by the patience. */
    private static final int MIN_BYTES = 32 << 10;

    private final DataWriter target;
    private final Duration patience;

    /**
     * Creates a writer that waits for each write at most {@code patience}, and as long again for
     * each full {@link #MIN_BYTES} bytes of the write. Bytes that the socket buffers take no time.
     */
    PatientWriter(DataWriter target, Duration patience) {
        this.target = target;
        this.patience = patience;
    }

    @Override
    public void write(BufferData... buffers) {
        within(BufferData.create(buffers), target::write);
    }

    @Override
    public void write(BufferData buffer) {
        within(buffer, target::write);
    }

    @Override
    public void writeNow(BufferData... buffers) {
        within(BufferData.create(buffers), target::writeNow);
    }

    @Override
    public void writeNow(BufferData buffer) {
        within(buffer, target::writeNow);
    }

    private interface Write {
        void to(BufferData buffer);
    }

    private void within(BufferData buffer, Write write) {
        var deadline =
                ClientDeadline.begin(patience.multipliedBy(1L + buffer.available() / MIN_BYTES));
        boolean isInTime;
        try {
            write.to(buffer);
        } finally {
            isInTime = deadline.end();
        }
        if (!isInTime) {
            throw new ServerConnectionException(
                    "the client receives too slowly", new SocketTimeoutException());
        }
    }

    @Override
    public void flush() {
        target.flush();
    }

    @Override
    public void close() {
        target.close();
    }
}
