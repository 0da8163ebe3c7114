package dev.millrace.gateway.http;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.gateway.connection.ClientConnection;
import dev.millrace.gateway.http.LocalRequests.Refusal;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Until a key exists, local clients may do anything, with any key; all others are refused. A web
 * page of another origin could otherwise start jobs that the operator pays for.
 *
 * @param cors the origins of web pages that are answered
 */
public record LocalCallers(CorsRules cors) implements Authenticator {
    /** Headers that a page may send only after a preflight. */
    private static final List<HeaderName> ASKED =
            Stream.of("Authorization", "x-api-key", "anthropic-version", "Idempotency-Key")
                    .map(HeaderNames::create)
                    .toList();

    private static final Caller LOCAL = new Caller("local", TenantConfig.DEFAULT_NAME);

    @Override
    public Caller authenticate(ServerRequest request) {
        Optional<Refusal> refusal =
                LocalRequests.refusal(
                        request.remotePeer().address(),
                        authority(request),
                        request.headers().stream().map(Header::name),
                        name -> request.headers().first(HeaderNames.create(name)),
                        cors.origins());
        if (refusal.isPresent()) {
            throw refused(refusal.get());
        }
        requireAskedBody(request.headers());
        return LOCAL;
    }

    /**
     * Returns the host that a request names. A proxy of HTTP/1.0 often names its own word for this
     * server, such as {@code upstream}. No page can own such a word, since public names have a dot,
     * and no browser speaks HTTP/1.0.
     */
    private static String authority(ServerRequest request) {
        String named = request.authority();
        boolean isWord = named.matches("[\\w-]+(:\\d*)?");
        return isWord && ClientConnection.isOfOldClient() ? "localhost" : named;
    }

    private static ApiError refused(Refusal refusal) {
        return switch (refusal) {
            case REMOTE, OTHER_HOST ->
                    ApiError.of(
                            ErrorKind.FORBIDDEN,
                            "no_keys",
                            refusal.text()
                                    + ", since there are no keys; create one with \"millrace keys"
                                    + " create\"");
            case FOREIGN_PAGE ->
                    ApiError.of(
                            ErrorKind.FORBIDDEN,
                            "foreign_origin",
                            "without keys, "
                                    + refusal.text()
                                    + "; name the origin of the page in gateway.cors.origins");
        };
    }

    /**
     * Refuses a body that a page of another origin can send without a preflight. Uploads need
     * multipart, which such a page can send too; {@link Exchange#body} refuses multipart on all
     * other routes. Also stops old browsers, which do not name the origin of a request.
     */
    private static void requireAskedBody(ServerRequestHeaders headers) {
        boolean hasBody =
                headers.contentLength().orElse(0) > 0
                        || headers.contains(HeaderNames.TRANSFER_ENCODING);
        String type = headers.first(HeaderNames.CONTENT_TYPE).orElse("").toLowerCase(Locale.ROOT);
        // Browsers look at the type before its parameters: "text/plain; x=json" is text to them.
        boolean isJson = type.split(";", 2)[0].contains("json");
        boolean isAsked =
                isJson
                        || type.startsWith("multipart/form-data")
                        || ASKED.stream().anyMatch(headers::contains)
                        || isOfCurl(type, headers);
        if (hasBody && !isAsked) {
            throw ApiError.of(
                    ErrorKind.UNSUPPORTED,
                    "unsupported_content_type",
                    "send the body with the header Content-Type: application/json");
        }
    }

    /**
     * By default, curl sends every body as a form. A page cannot claim to be curl without a
     * preflight.
     */
    private static boolean isOfCurl(String type, ServerRequestHeaders headers) {
        return type.startsWith("application/x-www-form-urlencoded")
                && headers.first(HeaderNames.USER_AGENT)
                        .filter(it -> it.startsWith("curl/"))
                        .isPresent();
    }
}
