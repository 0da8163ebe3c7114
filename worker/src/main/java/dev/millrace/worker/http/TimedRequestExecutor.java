package dev.millrace.worker.http;

import dev.millrace.configuration.provider.ProxyAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Records the start of a request and the arrival of its response head, and passes on how to set the
 * timeout for the rest of the response. The client resets the first timeout for each request of a
 * connection. This is the last point before a request is written; a late request is not written.
 *
 * <p>A {@code CONNECT} request, which asks a proxy for a tunnel to the provider, is a part of
 * connecting. The login for the proxy is sent only in requests that the proxy itself reads.
 */
final class TimedRequestExecutor extends HttpRequestExecutor {
    static final String PROGRESS = "millrace.progress";

    private final Timeout connect;
    private final Timeout betweenChunks;
    private final @Nullable String proxyAuthorization;

    /**
     * @param connect timeout of a proxy's answer to {@code CONNECT}
     */
    TimedRequestExecutor(
            Timeout connect, Timeout betweenChunks, Optional<ProxyAddress.Login> proxyLogin) {
        this.connect = connect;
        this.betweenChunks = betweenChunks;
        this.proxyAuthorization = proxyLogin.map(TimedRequestExecutor::basic).orElse(null);
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            @Nullable HttpResponseInformationCallback callback,
            HttpContext context)
            throws IOException, HttpException {
        if (Method.CONNECT.isSame(request.getMethod())) {
            return openTunnel(request, connection, callback, context);
        }
        var progress = (ExchangeProgress) context.getAttribute(PROGRESS);
        if (!progress.onConnected()) {
            throw new IOException("too late to be sent");
        }
        if (!HttpClientContext.cast(context).getHttpRoute().isTunnelled()) {
            addProxyAuthorization(request);
        }
        try {
            ClassicHttpResponse response = super.execute(request, connection, callback, context);
            progress.onHead(ResponseHead.of(response), betweenChunks, connection::setSocketTimeout);
            return response;
        } catch (IOException e) {
            throw connection instanceof KeptConnection kept && kept.isClosedUnanswered(e)
                    ? new ClosedConnectionException(kept.isWritten(), e)
                    : e;
        }
    }

    private ClassicHttpResponse openTunnel(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            @Nullable HttpResponseInformationCallback callback,
            HttpContext context)
            throws IOException, HttpException {
        addProxyAuthorization(request);
        connection.setSocketTimeout(connect);
        ClassicHttpResponse response = super.execute(request, connection, callback, context);
        if (response.getCode() >= HttpStatus.SC_REDIRECTION) {
            throw new ProxyRefusedException(response.getCode());
        }
        return response;
    }

    private void addProxyAuthorization(ClassicHttpRequest request) {
        if (proxyAuthorization != null) {
            request.setHeader(HttpHeaders.PROXY_AUTHORIZATION, proxyAuthorization);
        }
    }

    private static String basic(ProxyAddress.Login login) {
        byte[] text = (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(text);
    }
}
