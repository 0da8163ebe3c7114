package dev.millrace.gateway.connection;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections of a server. At the limit, a silent connection is closed for a new one; if
 * no connection is silent, the new one is refused. Thread-safe.
 *
 * <p>A connection is silent while the server waits for bytes of its client, except of the body of
 * an accepted request. Connections without an accepted request are closed first, then those of
 * tenants; of these, the oldest silent one of the client network or tenant that has most. So one
 * client neither takes the place of others nor closes theirs.
 */
public final class ConnectionLimit {
    /** Bytes of an IPv6 address that name a network; a client has all addresses of its network. */
    private static final int IPV6_NETWORK_BYTES = 8;

    private final int max;
    private final Function<String, byte[]> answer;
    private final Map<String, SequencedSet<Place>> silentStrangers = new HashMap<>();
    private final Map<String, SequencedSet<Place>> silentTenants = new HashMap<>();
    private int open;
    private long refused;
    private long displaced;

    /**
     * Creates a limit.
     *
     * @param answer makes the whole answer to the first request of a refused connection from the
     *     request's first line and headers
     */
    public ConnectionLimit(int max, Function<String, byte[]> answer) {
        this.max = max;
        this.answer = answer;
    }

    /** Returns a limit that refuses nothing. */
    public static ConnectionLimit none() {
        return new ConnectionLimit(Integer.MAX_VALUE, _ -> new byte[0]);
    }

    /** The place of one connection. Its fields are guarded by the limit. */
    final class Place {
        private final String network;
        private final Runnable close;
        private @Nullable String tenant;
        private boolean isOpen;
        private boolean isRefused;

        /** True once the connection has ended; it never enters again. */
        private boolean isOver;

        private Place(String network, Runnable close) {
            this.network = network;
            this.close = close;
        }

        /** Counts the connection, once; returns false if it must be refused, or has ended. */
        boolean tryEnter() {
            Optional<Place> closed;
            synchronized (ConnectionLimit.this) {
                if (isOpen || isOver) {
                    return isOpen;
                }
                closed = open < max ? Optional.empty() : oldestSilent();
                if (open >= max && closed.isEmpty()) {
                    refused += isRefused ? 0 : 1;
                    isRefused = true;
                    return false;
                }
                closed.ifPresent(Place::displace);
                open++;
                isOpen = true;
            }
            closed.ifPresent(it -> it.close.run());
            return true;
        }

        private void displace() {
            displaced++;
            end();
        }

        /** Notes that the server waits for bytes of the client. */
        void beginSilence() {
            synchronized (ConnectionLimit.this) {
                if (isOpen) {
                    var _ = silent().computeIfAbsent(owner(), _ -> new LinkedHashSet<>()).add(this);
                }
            }
        }

        /** Ends the silence. Returns false if the connection was closed for another one. */
        boolean endSilence() {
            synchronized (ConnectionLimit.this) {
                removeSilent();
                return isOpen;
            }
        }

        /** Notes the tenant whose request was accepted on this connection, which is not silent. */
        void belongTo(String tenant) {
            synchronized (ConnectionLimit.this) {
                this.tenant = tenant;
            }
        }

        /** Ends the connection. */
        void leave() {
            synchronized (ConnectionLimit.this) {
                end();
            }
        }

        private void end() {
            isOver = true;
            if (isOpen) {
                isOpen = false;
                open--;
                removeSilent();
            }
        }

        private void removeSilent() {
            silent().computeIfPresent(
                            owner(),
                            (_, places) -> places.remove(this) && places.isEmpty() ? null : places);
        }

        private Map<String, SequencedSet<Place>> silent() {
            return tenant == null ? silentStrangers : silentTenants;
        }

        private String owner() {
            return tenant == null ? network : tenant;
        }
    }

    /**
     * Returns the place of a new connection, which is not counted yet.
     *
     * @param close closes the connection; called at most once, by any thread
     */
    Place place(InetAddress client, Runnable close) {
        return new Place(networkOf(client), close);
    }

    private static String networkOf(InetAddress client) {
        byte[] address = client.getAddress();
        return HexFormat.of()
                .formatHex(Arrays.copyOf(address, Math.min(address.length, IPV6_NETWORK_BYTES)));
    }

    private Optional<Place> oldestSilent() {
        return oldestOfMost(silentStrangers.values())
                .or(() -> oldestOfMost(silentTenants.values()));
    }

    private static Optional<Place> oldestOfMost(Collection<SequencedSet<Place>> owners) {
        return owners.stream()
                .max(Comparator.comparingInt(SequencedSet::size))
                .map(SequencedSet::getFirst);
    }

    byte[] answer(String head) {
        return answer.apply(head);
    }

    /** Returns the number of connections. */
    public synchronized int open() {
        return open;
    }

    public int max() {
        return max;
    }

    /** Returns the number of connections that were refused so far. */
    public synchronized long refused() {
        return refused;
    }

    /** Returns the number of silent connections that were closed for others so far. */
    public synchronized long displaced() {
        return displaced;
    }
}
