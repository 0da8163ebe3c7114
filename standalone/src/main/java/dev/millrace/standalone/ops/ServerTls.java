package dev.millrace.standalone.ops;

import dev.millrace.configuration.ServerTlsConfig;
import dev.millrace.standalone.console.UserError;
import io.helidon.webserver.WebServerConfig;
import java.io.IOException;
import java.util.Optional;

/**
 * The certificate of a server, if it has one. Changed files are served within seconds. Must be
 * closed after the server has stopped.
 */
final class ServerTls implements AutoCloseable {
    /** HTTP without encryption. */
    static final ServerTls NONE = new ServerTls(Optional.empty());

    private final Optional<TlsReloader> reloader;

    private ServerTls(Optional<TlsReloader> reloader) {
        this.reloader = reloader;
    }

    /**
     * Reads the files, and starts to look for changed ones.
     *
     * @param key the key that configures the files, and the name of the configuration
     * @throws UserError if the files cannot be used
     */
    static ServerTls open(Optional<ServerTlsConfig> files, String key) {
        if (files.isEmpty()) {
            return NONE;
        }
        try {
            var reloader = new TlsReloader(files.get());
            reloader.start();
            return new ServerTls(Optional.of(reloader));
        } catch (IOException e) {
            throw UserError.usage(key + ": " + e.getMessage());
        }
    }

    /** Returns the protocol of the server's URL: {@code http} or {@code https}. */
    String scheme() {
        return reloader.isPresent() ? "https" : "http";
    }

    /** Returns why the present files are not served; empty if they are. */
    Optional<String> problem() {
        return reloader.flatMap(TlsReloader::problem);
    }

    void applyTo(WebServerConfig.Builder server) {
        // With NIO, Helidon would look up the host name of each client of TLS.
        reloader.ifPresent(it -> server.useNio(false).tls(it.tls()));
    }

    @Override
    public void close() {
        reloader.ifPresent(TlsReloader::close);
    }
}
