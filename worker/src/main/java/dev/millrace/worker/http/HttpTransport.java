package dev.millrace.worker.http;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.WorkerConfig.Timeouts;
import dev.millrace.wire.json.DeclaredCharset;
import dev.millrace.wire.stream.AnswerBody;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.wire.stream.StreamListener;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.capacity.SlotBounds;
import dev.millrace.worker.http.ProviderClients.ProviderClient;
import dev.millrace.worker.port.Providers.Window;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges requests and responses over HTTP/1.1 with pooled connections. Can be used from any
 * thread.
 */
public final class HttpTransport implements Transport {
    private static final int SUCCESSFUL = 2;
    private static final String EVENT_STREAM = "text/event-stream";

    /**
     * Largest number of blank bytes to skip in search of an answer's first character; beyond it,
     * the {@code Content-Type} decides the answer's kind.
     */
    private static final int MAX_BEGINNING_BYTES = 64 << 10;

    /** Longest part of a body that is read to determine its kind. */
    private static final int BEGINNING_BYTES = 256;

    /**
     * Wait for the end of a body whose answer is complete, so that the connection can be reused.
     * Many servers send the end separately, right after the last event.
     */
    private static final Timeout END_OF_BODY = Timeout.ofMilliseconds(50);

    /** Number of reads after the last event, each of at most {@link #REST_BYTES}. */
    private static final int REST_READS = 3;

    private static final int REST_BYTES = 256;

    private final ProviderClients clients;
    private final ResponseBodyReader bodies;
    private final StreamReader streams;
    private final LongSupplier nanos;
    private final long totalNanos;
    private final Deadlines deadlines = new Deadlines();

    /**
     * Creates a transport, which closes the clients.
     *
     * @param nanos the ticker of the windows
     */
    HttpTransport(
            ProviderClients clients,
            Timeouts timeouts,
            ResponseBodyReader bodies,
            LongSupplier nanos) {
        this.clients = clients;
        this.bodies = bodies;
        this.streams = new StreamReader(bodies, nanos);
        this.nanos = nanos;
        this.totalNanos = timeouts.total().toNanos();
    }

    /**
     * Creates a transport.
     *
     * @param slots bounds the concurrent calls
     * @param providers providers that can be called, by name
     * @param limits limits the memory of answers
     * @param nanos the ticker of the windows
     * @throws IllegalArgumentException if a file of {@code tls} cannot be used
     */
    public static HttpTransport create(
            WorkerConfig config,
            SlotBounds slots,
            Map<String, ProviderConfig> providers,
            AnswerLimits limits,
            LongSupplier nanos) {
        var factory = new HttpClientFactory(config.timeouts(), slots.hardBound());
        return new HttpTransport(
                ProviderClients.create(factory, providers),
                config.timeouts(),
                new ResponseBodyReader(limits),
                nanos);
    }

    @Override
    public ExchangeEnd exchange(
            ProviderRequest outgoing, String model, Window window, StreamListener listener) {
        long leftNanos = window.endByNanos() - nanos.getAsLong();
        if (leftNanos <= 0) {
            return new ExchangeEnd.Expired(false);
        }
        ProviderClient client = clients.of(outgoing.provider());
        var connecting = new Deadline();
        var progress = new ExchangeProgress(nanos, window.sendByNanos(), connecting);
        var deadline = new Deadline();
        long longestNanos = window.longestNanos() == 0 ? totalNanos : window.longestNanos();
        var expiry = deadlines.watch(deadline, Math.min(leftNanos, longestNanos));
        var setUp = deadlines.watch(connecting, window.sendByNanos() - nanos.getAsLong());
        try {
            return sendOnOpenConnection(
                    client,
                    outgoing,
                    new Answering(model, listener, window.longestNanos()),
                    progress);
        } catch (IOException | RuntimeException e) {
            if (progress.isLate()) {
                return new ExchangeEnd.SendWindowMissed();
            }
            return unreadError(progress)
                    .orElseGet(
                            () ->
                                    deadline.isMissed()
                                            ? expired(leftNanos < longestNanos, progress)
                                            : failure(e, progress, client, outgoing.uri()));
        } finally {
            connecting.end();
            setUp.cancel(false);
            deadline.end();
            expiry.cancel(false);
        }
    }

    /**
     * Who receives an answer.
     *
     * @param longestNanos longest call; 0 for the configured timeouts
     */
    private record Answering(String model, StreamListener listener, long longestNanos) {}

    /**
     * Returns an error response without its body, if its head has arrived. The status of an error
     * tells the cause, and that nothing was billed, even if the body cannot be read.
     */
    private static Optional<ExchangeEnd> unreadError(ExchangeProgress progress) {
        return progress.head()
                .filter(ResponseHead::isError)
                .map(it -> new ExchangeEnd.Responded(it.status(), it.headers(), new byte[0]));
    }

    private static ExchangeEnd expired(boolean isJobDeadline, ExchangeProgress progress) {
        return isJobDeadline
                ? new ExchangeEnd.Expired(progress.mayBeSent())
                : new ExchangeEnd.TimedOut("the whole answer", progress.mayBeSent());
    }

    /**
     * Sends a request again if the server closed a kept connection before the request was written.
     * Each time, the client has one kept connection less.
     */
    private ExchangeEnd sendOnOpenConnection(
            ProviderClient client,
            ProviderRequest outgoing,
            Answering answering,
            ExchangeProgress progress)
            throws IOException {
        while (true) {
            try {
                return send(client, outgoing, answering, progress);
            } catch (ClosedConnectionException e) {
                if (e.isSent() || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                progress.onUnsent();
            }
        }
    }

    private ExchangeEnd send(
            ProviderClient client,
            ProviderRequest outgoing,
            Answering answering,
            ExchangeProgress progress)
            throws IOException {
        HttpUriRequestBase request =
                outgoing.isGet() ? new HttpGet(outgoing.uri()) : new HttpPost(outgoing.uri());
        request.setHeader(HttpHeaders.ACCEPT_ENCODING, BodyDecoder.ACCEPTED);
        outgoing.headers().forEach(request::setHeader);
        if (answering.longestNanos > 0 && client.http() instanceof Configurable configured) {
            // The deadline of the whole call ends it.
            request.setConfig(
                    RequestConfig.copy(configured.getConfig())
                            .setResponseTimeout(Timeout.DISABLED)
                            .build());
        }
        if (!outgoing.isGet()) {
            request.setEntity(new ByteArrayEntity(outgoing.body(), ContentType.APPLICATION_JSON));
        }
        var context = HttpClientContext.create();
        context.setAttribute(TimedRequestExecutor.PROGRESS, progress);
        ClassicHttpResponse response = client.http().executeOpen(null, request, context);
        try {
            return inUtf8(read(response, outgoing.expected(), answering, progress));
        } finally {
            // After a complete read, the connection is already back in the pool. Otherwise the
            // connection is closed first: closing the response alone would read the rest.
            request.cancel();
            Closer.closeQuietly(response);
        }
    }

    /** Converts a body of another charset. Streams convert their lines. */
    private static ExchangeEnd inUtf8(ExchangeEnd end) {
        if (!(end instanceof ExchangeEnd.Responded responded)) {
            return end;
        }
        String type = responded.headers().text(HttpHeaders.CONTENT_TYPE).orElse("");
        return new ExchangeEnd.Responded(
                responded.status(),
                responded.headers(),
                DeclaredCharset.of(type).toUtf8(responded.body()));
    }

    private ExchangeEnd read(
            ClassicHttpResponse response,
            ExpectedAnswer expected,
            Answering answering,
            ExchangeProgress progress)
            throws IOException {
        ResponseHead head = progress.head().orElseGet(() -> ResponseHead.of(response));
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new ExchangeEnd.Responded(head.status(), head.headers(), new byte[0]);
        }
        var watched = new WatchedStream(entity.getContent(), progress::onBytes);
        boolean isAnswer = head.status() / 100 == SUCCESSFUL && expected.endpoint().generates();
        InputStream in =
                BodyDecoder.decode(
                        watched, head.headers().text(HttpHeaders.CONTENT_ENCODING).orElse(""));
        byte[] beginning = isAnswer ? beginning(in) : new byte[0];
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(beginning), in);
        if (isAnswer && isEventStream(beginning, entity)) {
            ExchangeEnd streamed =
                    streams.read(
                            whole,
                            expected,
                            head.headers(),
                            answering.model(),
                            answering.listener());
            progress.onAnswered(END_OF_BODY);
            readToEnd(watched);
            return streamed;
        }
        var untilFailure = new UntilFailure(whole);
        byte[] body = bodies.read(untilFailure, answering.model());
        if (untilFailure.hasFailed()) {
            return new ExchangeEnd.Responded(
                    head.status(), head.headers(), untilFailure.whole(body));
        }
        if (body.length == bodies.maxBytes() && in.read() >= 0) {
            // Closing the stream would read the rest.
            return new ExchangeEnd.TooLarge(head.status(), head.headers(), bodies.maxBytes());
        }
        in.close();
        return new ExchangeEnd.Responded(head.status(), head.headers(), body);
    }

    /** Reads the part of a body that shows its kind, whatever its label. */
    private static byte[] beginning(InputStream in) throws IOException {
        byte[] buffer = new byte[BEGINNING_BYTES];
        int length = 0;
        while (AnswerBody.beginning(buffer, length) == AnswerBody.Beginning.UNKNOWN
                && length < MAX_BEGINNING_BYTES) {
            if (length == buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * length);
            }
            int read = in.read(buffer, length, buffer.length - length);
            if (read < 0) {
                break;
            }
            length += read;
        }
        return Arrays.copyOf(buffer, length);
    }

    private static boolean isEventStream(byte[] beginning, HttpEntity entity) {
        return switch (AnswerBody.beginning(beginning, beginning.length)) {
            case EVENTS -> true;
            case JSON -> false;
            case UNKNOWN, OTHER -> isEventStream(entity.getContentType());
        };
    }

    private static boolean isEventStream(@Nullable String type) {
        return type != null
                && type.strip().regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length());
    }

    /** Reads the end of a body if it arrives at once. The answer counts in any case. */
    private static void readToEnd(InputStream in) {
        try {
            byte[] rest = new byte[REST_BYTES];
            int reads = 0;
            while (in.read(rest) >= 0 && reads < REST_READS) {
                reads++;
            }
        } catch (IOException e) {
            // The connection is closed instead of reused.
        }
    }

    /** Reports when a part of a body has been read. */
    private static final class WatchedStream extends FilterInputStream {
        private final Runnable onBytes;

        WatchedStream(InputStream in, Runnable onBytes) {
            super(in);
            this.onBytes = onBytes;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            onBytes.run();
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            onBytes.run();
            return read;
        }
    }

    private static ExchangeEnd failure(
            Exception e, ExchangeProgress progress, ProviderClient client, URI provider) {
        if (e instanceof ClosedConnectionException) {
            return new ExchangeEnd.ClosedUnanswered();
        }
        if (isTimeout(e)) {
            return new ExchangeEnd.TimedOut(progress.awaited(), progress.mayBeSent());
        }
        return DisconnectReason.ofUnreadable(e, progress.head())
                .<ExchangeEnd>map(ExchangeEnd.Unreadable::new)
                .orElseGet(
                        () ->
                                new ExchangeEnd.Broken(
                                        "%s (%s)"
                                                .formatted(
                                                        DisconnectReason.of(
                                                                e, client.proxy().isPresent()),
                                                        client.address(provider)),
                                        progress.mayBeSent()
                                                && !DisconnectReason.isOfClientCertificate(e)));
    }

    /** The pool has its own exceptions for a connection that could not be leased in time. */
    private static boolean isTimeout(Exception e) {
        return e instanceof SocketTimeoutException
                || e instanceof ConnectionRequestTimeoutException
                || e.getCause() instanceof TimeoutException;
    }

    @Override
    public void readFilesAgain() {
        clients.readFilesAgain();
    }

    @Override
    public void close() {
        deadlines.close();
        clients.close();
    }
}
