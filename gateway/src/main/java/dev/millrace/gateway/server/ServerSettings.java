package dev.millrace.gateway.server;

import io.helidon.webserver.WebServerConfig;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What applies TLS and the limits to a web server. Must be closed after the server has stopped. */
public final class ServerSettings implements Consumer<WebServerConfig.Builder>, AutoCloseable {
    private final Consumer<WebServerConfig.Builder> limits;
    private final @Nullable TlsReloader tls;

    /**
     * @param tls null to serve without TLS
     */
    ServerSettings(Consumer<WebServerConfig.Builder> limits, @Nullable TlsReloader tls) {
        this.limits = limits;
        this.tls = tls;
    }

    @Override
    public void accept(WebServerConfig.Builder server) {
        limits.accept(server);
        if (tls != null) {
            server.tls(tls.tls());
        }
    }

    /** Returns why the present files of {@code gateway.tls} are not served; empty if they are. */
    public Optional<String> problem() {
        return tls == null ? Optional.empty() : tls.problem();
    }

    /** Ends the look at the files of TLS. */
    @Override
    public void close() {
        if (tls != null) {
            tls.close();
        }
    }
}
