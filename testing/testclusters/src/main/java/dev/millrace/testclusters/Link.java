package dev.millrace.testclusters;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy between one client and one server on loopback, which can be cut, slowed or reset.
 * Each direction of a connection has a virtual thread. Thread-safe.
 */
public final class Link implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 << 10;
    private static final int BACKLOG = 64;
    private static final int CONNECT_MILLIS = 5_000;
    private static final long SLOW_NANOS = 100_000_000;

    private final String name;
    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.PASS;
    private long refused;

    /** What a link lets pass. */
    public enum State {
        PASS,
        /** Nothing passes; connections stay open. */
        CUT,
        ONLY_REQUESTS,
        ONLY_ANSWERS,
        /** Each buffer is delayed. */
        SLOW;

        boolean passes(boolean isRequest) {
            return switch (this) {
                case PASS, SLOW -> true;
                case CUT -> false;
                case ONLY_REQUESTS -> isRequest;
                case ONLY_ANSWERS -> !isRequest;
            };
        }
    }

    /**
     * Listens on a free port.
     *
     * @param port the server's port
     */
    public Link(String name, int port) throws IOException {
        this.name = name;
        listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Thread.ofVirtual().name(name).start(this::accept);
    }

    /** Returns the port that the client connects to. */
    public int port() {
        return listener.getLocalPort();
    }

    public String name() {
        return name;
    }

    /** Returns true while it has a connection. */
    public boolean isUsed() {
        return !sockets.isEmpty();
    }

    /** Returns the number of connections that it accepted and the server refused. */
    public long refused() {
        lock.lock();
        try {
            return refused;
        } finally {
            lock.unlock();
        }
    }

    public void set(State next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Resets all connections. */
    public void reset() {
        sockets.forEach(this::reset);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                Thread.startVirtualThread(() -> connect(client));
            } catch (IOException closed) {
                // The loop ends if the listener is closed; a client may also have gone.
            }
        }
    }

    private void connect(Socket client) {
        var server = new Socket();
        sockets.add(server);
        try {
            awaitPassage(true);
            connectToServer(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread.startVirtualThread(() -> pump(server, client, false));
            pump(client, server, true);
        } catch (IOException | InterruptedException refused) {
            reset(client);
            reset(server);
        }
    }

    private void connectToServer(Socket server) throws IOException {
        try {
            server.connect(target, CONNECT_MILLIS);
        } catch (IOException e) {
            lock.lock();
            try {
                refused++;
            } finally {
                lock.unlock();
            }
            throw e;
        }
    }

    /** Copies bytes until the sender ends its direction; a broken connection ends both. */
    private void pump(Socket from, Socket to, boolean isRequest) {
        var buffer = new byte[BUFFER_BYTES];
        try {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                awaitPassage(isRequest);
                out.write(buffer, 0, count);
            }
            awaitPassage(isRequest);
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                close(from);
                close(to);
            }
        } catch (IOException | InterruptedException broken) {
            reset(from);
            reset(to);
        }
    }

    private void awaitPassage(boolean isRequest) throws InterruptedException {
        lock.lock();
        try {
            long delay = SLOW_NANOS;
            while (!state.passes(isRequest) || (state == State.SLOW && delay > 0)) {
                if (state == State.SLOW) {
                    delay = changed.awaitNanos(delay);
                } else {
                    changed.await();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException alreadyClosed) {
            // Then it needs no reset.
        }
        close(socket);
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException ignored) {
            // Nothing can be done for a socket that does not close.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        set(State.PASS);
        reset();
    }

    @Override
    public String toString() {
        return name;
    }
}
