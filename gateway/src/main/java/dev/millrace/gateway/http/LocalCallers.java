package dev.millrace.gateway.http;

import dev.millrace.contracts.config.TenantConfig;
import dev.millrace.gateway.cors.CorsRules;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Until a key exists, local clients may do anything, with any key; remote clients are refused. The
 * {@code Host} header must name this machine, too: a page in a browser could otherwise point a host
 * name of its own at this server (DNS rebinding). A page of another origin is refused unless its
 * origin is configured: it could otherwise have jobs run that somebody pays.
 *
 * @param cors the origins of web pages that are answered
 */
public record LocalCallers(CorsRules cors) implements Authenticator {
    private static final Caller LOCAL = new Caller("local", TenantConfig.DEFAULT_NAME);

    @Override
    public Caller authenticate(ServerRequest request) {
        if (!isThisMachine(request.remotePeer().address()) || !isThisMachine(request.authority())) {
            throw ApiError.of(
                    ErrorKind.FORBIDDEN,
                    "no_keys",
                    "only requests from this machine to localhost are answered, since there are no"
                            + " keys; create one with \"millrace keys create\"");
        }
        if (cors.isForeign(request)) {
            throw ApiError.of(
                    ErrorKind.FORBIDDEN,
                    "foreign_origin",
                    "without keys, web pages of other origins are not answered; name the origin of"
                            + " the page in gateway.cors.origins");
        }
        return LOCAL;
    }

    private static boolean isThisMachine(SocketAddress peer) {
        return peer instanceof InetSocketAddress address
                && address.getAddress() != null
                && address.getAddress().isLoopbackAddress();
    }

    private static boolean isThisMachine(String host) {
        String name = host.replaceFirst(":\\d*$", "");
        return name.equalsIgnoreCase("localhost")
                || name.equals("[::1]")
                || name.matches("127(\\.\\d{1,3}){3}");
    }
}
