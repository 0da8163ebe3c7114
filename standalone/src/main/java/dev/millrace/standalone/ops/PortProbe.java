package dev.millrace.standalone.ops;

import dev.millrace.configuration.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Optional;

/** Finds out why an address cannot be bound; the web server only logs the reason. */
final class PortProbe {
    private PortProbe() {}

    /** Returns the reason why an address cannot be bound, or empty when it can. */
    static Optional<String> bindFailure(ListenAddress address) {
        try (var socket = new ServerSocket()) {
            socket.bind(
                    new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of("the host is unknown");
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
