package dev.millrace.worker.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import org.apache.hc.client5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestWriterFactory;

/**
 * A connection that is kept for later requests, on a {@link SocketChannel}. Before its next use, a
 * read that does not wait shows whether the server has closed it. Belongs to the thread of its
 * exchange.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1">RFC 9112, section 9.3.1: a
 *     request on a connection that closes</a>
 */
final class KeptConnection extends DefaultManagedHttpClientConnection {
    private boolean isReused;
    private boolean isWritten;
    private long receivedBefore;

    KeptConnection(String id, Http1Config config) {
        super(
                id,
                null,
                null,
                config,
                null,
                null,
                new DefaultHttpRequestWriterFactory(config),
                new DefaultHttpResponseParserFactory(config));
    }

    /**
     * Returns true if the connection cannot be used again: it has ended, or there is something to
     * read, which is no answer to a request. Over TLS, this can be the notice of the close. The
     * client calls this method before each use but the first.
     */
    @Override
    public boolean isStale() throws IOException {
        isReused = true;
        isWritten = false;
        receivedBefore = receivedBytes();
        Socket socket = getSocket();
        SocketChannel channel = socket == null ? null : socket.getChannel();
        return channel == null || hasInput(channel);
    }

    private static boolean hasInput(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false);
            boolean hasInput = channel.read(ByteBuffer.allocate(1)) != 0;
            channel.configureBlocking(true);
            return hasInput;
        } catch (IOException e) {
            return true;
        }
    }

    /** Sends the last part of a request. */
    @Override
    public void flush() throws IOException {
        super.flush();
        isWritten = true;
    }

    /** Returns true if a request was written as a whole, so that it has possibly arrived. */
    boolean isWritten() {
        return isWritten;
    }

    /**
     * Returns true if an exchange on a reused connection failed because the server closed the
     * connection, and before any byte of a response.
     */
    boolean isClosedUnanswered(IOException e) {
        boolean isClosedHere = e instanceof ClosedChannelException;
        boolean isTimeout = e instanceof InterruptedIOException;
        return isReused && !isClosedHere && !isTimeout && receivedBytes() == receivedBefore;
    }

    private long receivedBytes() {
        var details = getEndpointDetails();
        return details == null ? 0 : details.getReceivedBytesCount();
    }
}
