package dev.millrace.testclusters;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds currently free ports of the loopback interface. The ports are below the ranges of outgoing
 * connections on Linux (from 32768) and macOS (from 49152), so that no connection takes a port
 * before the broker binds it.
 */
public final class FreePorts {
    private static final int FIRST = 10_000;
    private static final int END = 32_000;

    private static final Set<Integer> RETURNED = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** Returns a port for each name, in the order of the names. */
    public static Map<String, Integer> of(List<String> names) {
        var ports = new LinkedHashMap<String, Integer>();
        names.forEach(name -> ports.put(name, one()));
        return ports;
    }

    /** Returns a port that no earlier call has returned. */
    public static int one() {
        int port = ThreadLocalRandom.current().nextInt(FIRST, END);
        while (!isFree(port) || !RETURNED.add(port)) {
            port = ThreadLocalRandom.current().nextInt(FIRST, END);
        }
        return port;
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
