package dev.millrace.worker.http;

import dev.millrace.wire.error.ResponseHeaders;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;

/**
 * Describes why a connection broke. Never quotes an exception's message, which may contain an
 * address with credentials.
 */
final class DisconnectReason {
    private static final String UNDECOMPRESSED = "the answer cannot be decompressed";
    private static final String NO_COMMON_CIPHER = "handshake_failure";

    /** Names of encodings, as RFC 9110 registers them, in a list. */
    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9*, -]{1,40}");

    /**
     * Alerts of RFC 8446 and RFC 5246 about the certificate of a client, which end a handshake. TLS
     * 1.2 misses a certificate by the alert that also refuses all ciphers.
     */
    private static final Pattern CLIENT_CERTIFICATE =
            Pattern.compile(
                    "Received fatal alert: (?:[a-z]+_certificate|certificate_[a-z]+|unknown_ca|access_denied|"
                            + NO_COMMON_CIPHER
                            + ")");

    private DisconnectReason() {}

    /**
     * Returns true if the server has refused the certificate of this client, or misses one. It has
     * read no request, although this client may have written one.
     */
    static boolean isOfClientCertificate(Exception e) {
        return e instanceof SSLException
                && CLIENT_CERTIFICATE.matcher(String.valueOf(e.getMessage())).find();
    }

    /**
     * Returns why an answer is unreadable although its connection did not break: its compression
     * was not offered, its bytes are wrong, or they end before the compressed data does. A repeated
     * call would get an identical answer at the same cost. Empty for other exceptions.
     *
     * @param head the head of the answer, if it has arrived
     */
    static Optional<String> ofUnreadable(Exception e, Optional<ResponseHead> head) {
        if (head.isEmpty()) {
            return Optional.empty();
        }
        ResponseHeaders headers = head.get().headers();
        boolean isUnreadable =
                e instanceof ZipException || (e instanceof EOFException && hasEnd(headers));
        if (!isUnreadable) {
            return Optional.empty();
        }
        String encoding = headers.text("content-encoding").orElse("unknown");
        return Optional.of(
                UNDECOMPRESSED
                        + ": its Content-Encoding is "
                        + (SAFE_NAME.matcher(encoding).matches() ? encoding : "unknown")
                        + "; set Accept-Encoding: identity in providers.*.headers, or correct the"
                        + " proxy");
    }

    /**
     * @param hasProxy whether the provider is reached through a proxy
     */
    static String of(Exception e, boolean hasProxy) {
        // Through a proxy, only the proxy is looked up and connected.
        String next = hasProxy ? "proxy" : "provider";
        return switch (e) {
            case ProxyRefusedException refused ->
                    "the proxy refused to connect to the provider (status "
                            + refused.status()
                            + ")";
            case UnknownHostException _ -> "the " + next + "'s host name cannot be resolved";
            case ConnectException _ -> "the " + next + " refused the connection";
            case NoRouteToHostException _ -> "there is no route to the " + next;
            case SSLException _ when isOfClientCertificate(e) ->
                    "the "
                            + tlsPeer(hasProxy)
                            + " does not accept the certificate of this client, or misses one"
                            + " (tls.certificate)"
                            + (String.valueOf(e.getMessage()).contains(NO_COMMON_CIPHER)
                                    ? ", or has no cipher in common"
                                    : "");
            case SSLException _ when isCausedBy(CertPathBuilderException.class, e) ->
                    "the certificate of the "
                            + tlsPeer(hasProxy)
                            + " is not trusted; its authority can be added with tls.ca";
            case SSLException _ when isCausedBy(CertificateException.class, e) ->
                    "the certificate of the "
                            + tlsPeer(hasProxy)
                            + " has expired or is for another host";
            case SSLException _ ->
                    "TLS with the " + tlsPeer(hasProxy) + " failed (" + name(e) + ")";
            case NoHttpResponseException _ -> "the provider closed the connection unanswered";
            case ConnectionClosedException _ ->
                    "the provider closed the connection before the end of its answer";
            case SocketException _, ClosedChannelException _ ->
                    "the connection to the " + next + " broke";
            case EOFException _ -> UNDECOMPRESSED;
            default ->
                    e.getCause() instanceof HttpException
                            ? "the " + next + " does not speak HTTP as expected"
                            : "the call failed (" + name(e) + ")";
        };
    }

    /** Returns true if the end of the connection is not the end of the body. */
    private static boolean hasEnd(ResponseHeaders headers) {
        return headers.text("content-length").isPresent()
                || headers.text("transfer-encoding").isPresent();
    }

    private static String tlsPeer(boolean hasProxy) {
        return hasProxy ? "provider or its proxy" : "provider";
    }

    private static boolean isCausedBy(Class<?> cause, Exception e) {
        return Stream.<Throwable>iterate(e, it -> it != null, Throwable::getCause)
                .anyMatch(cause::isInstance);
    }

    private static String name(Exception e) {
        return e.getClass().getSimpleName();
    }
}
