package dev.millrace.worker.call;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;

/**
 * Describes why a connection broke. Never quotes an exception's message, which may contain an
 * address with credentials.
 */
final class DisconnectReason {
    private DisconnectReason() {}

    static String of(Exception e) {
        return switch (e) {
            case UnknownHostException _ -> "the provider's host name cannot be resolved";
            case ConnectException _ -> "the provider refused the connection";
            case NoRouteToHostException _ -> "there is no route to the provider";
            case SSLException _ -> "TLS with the provider failed (" + name(e) + ")";
            case NoHttpResponseException _ -> "the provider closed the connection unanswered";
            case ConnectionClosedException _ ->
                    "the provider closed the connection before the end of its answer";
            case SocketException _ -> "the connection to the provider broke";
            default ->
                    e.getCause() instanceof HttpException
                            ? "the provider does not speak HTTP as expected"
                            : "the call failed (" + name(e) + ")";
        };
    }

    private static String name(Exception e) {
        return e.getClass().getSimpleName();
    }
}
