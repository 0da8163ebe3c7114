package dev.millrace.gateway.connection;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The context of a connection that reads through a {@link ClientConnection}. */
final class WatchedContext implements ConnectionContext {
    /** Above the chunks of all known clients, which send at most 1 MiB. */
    private static final int MAX_COLLECTED_BYTES = 8 << 20;

    private final ConnectionContext context;
    private final ClientConnection client;
    private final DataReader reader;
    private final DataWriter writer;
    private boolean isFirst = true;

    /**
     * @param patience longest wait for the client to take 32 KiB
     */
    WatchedContext(ConnectionContext context, ClientConnection client, Duration patience) {
        this.context = context;
        this.client = client;
        writer = new PatientWriter(context.dataWriter(), patience);
        reader = DataReader.create(this::next);
    }

    /**
     * Returns the next bytes; null at the end of the stream. Fails when Helidon collects too much
     * before it hands anything on: a chunk may announce up to 2 GiB.
     */
    private byte @Nullable [] next() {
        if (reader.available() > MAX_COLLECTED_BYTES) {
            throw new OversizedChunkException(
                    "a chunk of the body is larger than %,d bytes".formatted(MAX_COLLECTED_BYTES));
        }
        if (isFirst) {
            isFirst = false;
            return client.first();
        }
        return client.next();
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public ListenerContext listenerContext() {
        return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return context.executor();
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
    }

    @Override
    public Router router() {
        return context.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return context.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return context.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
        return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return context.localPeer();
    }

    @Override
    public boolean isSecure() {
        return context.isSecure();
    }

    @Override
    public String socketId() {
        return context.socketId();
    }

    @Override
    public String childSocketId() {
        return context.childSocketId();
    }
}
