package dev.millrace.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.stream.form.StreamForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes server-sent events, each at once. The answer begins with its first event or comment, so
 * that an earlier error can still set the HTTP status. Used by the request's thread.
 */
final class EventOutput implements StreamForm.Output {
    private static final byte[] COMMENT = ": waiting\n\n".getBytes(UTF_8);
    private static final byte[] DATA = "data: ".getBytes(UTF_8);

    private final ClientStream.Opening opening;
    private @Nullable OutputStream out;
    private boolean hasEvent;

    EventOutput(ClientStream.Opening opening) {
        this.opening = opening;
    }

    /** Returns true if the status was sent, perhaps with comments only. */
    boolean isBegun() {
        return out != null;
    }

    /** Returns true if an event was sent, so that the client has a part of the answer. */
    boolean hasEvent() {
        return hasEvent;
    }

    @Override
    public void event(String name, byte[] data) throws IOException {
        var event = new ByteArrayOutputStream(data.length + name.length() + 20);
        if (!name.isEmpty()) {
            event.writeBytes(("event: " + name.replaceAll("[\r\n]", " ") + "\n").getBytes(UTF_8));
        }
        int start = 0;
        for (int i = 0; i <= data.length; i++) {
            if (i == data.length || data[i] == '\n' || data[i] == '\r') {
                event.writeBytes(DATA);
                event.write(data, start, i - start);
                event.write('\n');
                start = i + 1;
            }
        }
        event.write('\n');
        write(event.toByteArray());
        hasEvent = true;
    }

    /**
     * Writes a comment, which keeps the connection open and shows whether the client is connected.
     */
    void comment() throws IOException {
        write(COMMENT);
    }

    private void write(byte[] bytes) throws IOException {
        var begun = out;
        if (begun == null) {
            begun = opening.open();
            out = begun;
        }
        begun.write(bytes);
        begun.flush();
    }

    /** Ends the answer if it was begun. */
    void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
