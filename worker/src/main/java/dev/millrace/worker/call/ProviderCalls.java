package dev.millrace.worker.call;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.wire.translate.Translation;
import dev.millrace.worker.answer.AnswerClassifier;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.capacity.SlotBounds;
import dev.millrace.worker.http.AnswerLimits;
import dev.millrace.worker.http.HttpTransport;
import dev.millrace.worker.http.ProviderRequest;
import dev.millrace.worker.http.Transport;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.translate.OutgoingBodies;
import dev.millrace.worker.translate.OutgoingBody;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs each call on its own virtual thread, including parsing of the record and of the answer. */
public final class ProviderCalls implements Providers {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderCalls.class);

    private static final int OK = 200;

    private final Transport transport;
    private final Map<String, ProviderAddress> addresses;
    private final KeyWatch keyWatch;
    private final OutgoingBodies bodies;
    private final ChunkLog chunks;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final ThreadFactory threads = Thread.ofVirtual().name("millrace-call-", 0).factory();

    ProviderCalls(
            Transport transport,
            Map<String, ProviderConfig> providers,
            ExpiringKey.Factory expiring,
            OutgoingBodies bodies,
            ChunkLog chunks,
            InstantSource clock,
            LongSupplier nanos) {
        this.transport = transport;
        this.bodies = bodies;
        this.chunks = chunks;
        this.clock = clock;
        this.nanos = nanos;
        this.addresses = new HashMap<>();
        providers.forEach(
                (name, it) ->
                        addresses.put(
                                name,
                                new ProviderAddress(
                                        name, it, new LoopClock(clock, nanos), expiring)));
        this.keyWatch =
                new KeyWatch(
                        addresses.entrySet().stream()
                                .collect(
                                        Collectors.toMap(
                                                Map.Entry::getKey, it -> it.getValue().keys())),
                        transport);
    }

    /**
     * Creates calls over HTTP.
     *
     * @param translations how jobs reach models of other urls
     * @param expiring creates the keys that commands print
     * @param slots bounds the concurrent calls
     * @param providers providers of the served models, by name
     * @param chunks receives the events of streamed answers; closed with the calls
     * @param nanos a ticker for durations and for the windows of calls
     * @throws IllegalArgumentException if a provider has no address, if a file of its {@code tls}
     *     cannot be used, or if a command prints its key and the feature is missing
     */
    public static ProviderCalls overHttp(
            WorkerConfig config,
            List<Translation> translations,
            ExpiringKey.Factory expiring,
            SlotBounds slots,
            Map<String, ProviderConfig> providers,
            AnswerLimits limits,
            ChunkLog chunks,
            InstantSource clock,
            LongSupplier nanos) {
        var calls =
                new ProviderCalls(
                        HttpTransport.create(config, slots, providers, limits, nanos),
                        providers,
                        expiring,
                        new OutgoingBodies(translations, config),
                        chunks,
                        clock,
                        nanos);
        calls.keyWatch.start();
        return calls;
    }

    @Override
    public Call start(CallRequest request, Consumer<CallReport> receiver) {
        Thread thread = threads.newThread(() -> receiver.accept(report(request)));
        thread.start();
        return thread::interrupt;
    }

    /**
     * Reads a provider's information about a key, such as its credits, on the caller's thread.
     *
     * @param key number of the key, from 0
     * @param path relative to the base URL, or to the host if it begins with a slash
     * @return the body of an answer with status 200; empty for every other end
     * @throws IllegalArgumentException if the provider is unknown
     */
    public Optional<byte[]> read(String provider, int key, String path) {
        ProviderAddress address = addresses.get(provider);
        if (address == null) {
            throw new IllegalArgumentException("unknown provider " + provider);
        }
        ExchangeEnd exchange =
                transport.exchange(
                        address.inquiry(key, path),
                        provider,
                        Window.open(nanos.getAsLong()),
                        ChunkLog.Preview.NONE);
        return exchange instanceof ExchangeEnd.Responded responded && responded.status() == OK
                ? Optional.of(responded.body())
                : Optional.empty();
    }

    @Override
    public int keyCount(String provider) {
        ProviderAddress address = addresses.get(provider);
        return address == null ? 0 : address.keys().count();
    }

    @Override
    public Collection<ProviderKey> takeReplacedKeys() {
        return keyWatch.takeReplaced();
    }

    /** Renews the API keys that are due, which otherwise happens every few seconds. */
    void renewKeys() {
        keyWatch.renew();
    }

    /**
     * Reports the call. Never throws: an unexpected exception becomes a failed call and is logged.
     */
    private CallReport report(CallRequest request) {
        long start = nanos.getAsLong();
        // Once the record is read, a fault can follow after the request was sent.
        RequestLine line = null;
        try {
            return switch (RequestParser.parse(request.record())) {
                case ParseResult.Accepted accepted -> {
                    line = accepted.line();
                    yield call(request, line, start);
                }
                case ParseResult.Unacceptable unacceptable -> unreadable(unacceptable.message());
                case ParseResult.Malformed malformed -> unreadable(malformed.reason());
            };
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("job_id", request.job())
                    .addKeyValue("request_id", requestId(line))
                    .addKeyValue("model", request.model().name())
                    .setCause(e)
                    .log("a call failed because of a bug in Millrace");
            return fault(line, e, since(start), null);
        } catch (Error e) {
            return fault(line, e, since(start), e);
        }
    }

    private static String requestId(@Nullable RequestLine line) {
        String named = line == null ? null : line.options().labels().requestId();
        return named == null ? "none" : named;
    }

    private CallReport call(CallRequest request, RequestLine line, long start) {
        Model model = request.model();
        ProviderAddress address = addresses.get(model.provider());
        if (address == null) {
            return uncalled(line, ErrorCode.UNKNOWN_MODEL, model.provider() + " is not configured");
        }
        Optional<Secret> key = address.keys().key(request.key());
        Optional<String> missing = address.missingSecret(key);
        if (missing.isPresent()) {
            return uncalled(line, ErrorCode.AUTHENTICATION_ERROR, missing.get());
        }
        OutgoingBody outgoing =
                bodies.create(
                        line,
                        model,
                        request.additions(),
                        model.urlsAt(address.endpoints()),
                        () -> isTooLate(request.window()));
        return switch (outgoing) {
            case OutgoingBody.TooLate _ ->
                    new CallReport(
                            line, "", new Verdict.SendWindowMissed(), false, since(start), null);
            case OutgoingBody.Refused refused ->
                    uncalled(line, ErrorCode.VALIDATION_ERROR, refused.message());
            case OutgoingBody.Sendable body -> {
                CallReport report = send(request, line, address, key, body, start);
                Optional<Secret> other =
                        key.filter(_ -> isUnauthenticated(report.verdict()))
                                .flatMap(it -> address.keys().afterRefusal(request.key(), it));
                yield other.isEmpty() ? report : send(request, line, address, other, body, start);
            }
        };
    }

    private static boolean isUnauthenticated(Verdict verdict) {
        return verdict instanceof Verdict.Failed failed
                && failed.error() == ErrorCode.AUTHENTICATION_ERROR
                && failed.billing().equals(Billing.NOTHING);
    }

    private CallReport send(
            CallRequest request,
            RequestLine line,
            ProviderAddress address,
            Optional<Secret> key,
            OutgoingBody.Sendable body,
            long start) {
        ProviderRequest outgoing =
                address.request(
                        request,
                        key,
                        ExpectedAnswer.of(line, body.endpoint()),
                        body.bytes(),
                        line.options());
        try (ChunkLog.Preview preview = preview(request, line, body)) {
            ExchangeEnd exchange = exchange(outgoing, request, preview);
            Instant received = clock.instant();
            Verdict own = verdict(address, outgoing.expected(), exchange, received);
            Verdict verdict = body.translator().map(it -> it.translate(own, received)).orElse(own);
            if (verdict instanceof Verdict.Answered) {
                preview.onAnswered();
            }
            return new CallReport(
                    line,
                    "",
                    verdict,
                    isAttempt(exchange),
                    since(start),
                    firstToken(exchange, start),
                    preview.hasForwarded(),
                    body.addedFields(),
                    null);
        }
    }

    /** The events of another wire than the job's cannot be forwarded. */
    private ChunkLog.Preview preview(
            CallRequest request, RequestLine line, OutgoingBody.Sendable body) {
        return request.streamsChunks()
                        && body.translator().isEmpty()
                        && request.model().stream().streams(line)
                ? chunks.open(request.job(), request.attempt())
                : ChunkLog.Preview.NONE;
    }

    /** Returns the verdict. Its request id and a failure's body and message contain no secret. */
    private static Verdict verdict(
            ProviderAddress address,
            ExpectedAnswer expected,
            ExchangeEnd exchange,
            Instant received) {
        List<Secret> secrets = address.secrets();
        ExchangeEnd safe = Redaction.withSafeRequestId(exchange, secrets);
        Verdict verdict = AnswerClassifier.verdict(expected, safe, received);
        return verdict instanceof Verdict.Failed
                ? AnswerClassifier.verdict(expected, Redaction.redacted(safe, secrets), received)
                : verdict;
    }

    private static @Nullable Duration firstToken(ExchangeEnd exchange, long start) {
        return exchange instanceof ExchangeEnd.Streamed streamed
                        && streamed.answer() instanceof AssembledAnswer.Complete
                ? Duration.ofNanos(streamed.firstContentNanos() - start)
                : null;
    }

    /**
     * Returns false if the call's time ended before the call was sent. A failed connection counts
     * as an attempt, because the provider can be the cause.
     */
    private static boolean isAttempt(ExchangeEnd exchange) {
        return switch (exchange) {
            case ExchangeEnd.SendWindowMissed _ -> false;
            case ExchangeEnd.Expired expired -> expired.sent();
            case ExchangeEnd.Responded _,
                    ExchangeEnd.Streamed _,
                    ExchangeEnd.TooLarge _,
                    ExchangeEnd.Unreadable _,
                    ExchangeEnd.ClosedUnanswered _,
                    ExchangeEnd.TimedOut _,
                    ExchangeEnd.Broken _ ->
                    true;
        };
    }

    private ExchangeEnd exchange(
            ProviderRequest outgoing, CallRequest request, ChunkLog.Preview preview) {
        return isTooLate(request.window())
                ? new ExchangeEnd.SendWindowMissed()
                : transport.exchange(outgoing, request.model().name(), request.window(), preview);
    }

    private boolean isTooLate(Window window) {
        return nanos.getAsLong() - window.sendByNanos() >= 0;
    }

    private static CallReport uncalled(RequestLine line, ErrorCode error, String message) {
        return new CallReport(line, "", Verdict.unsent(error, message), false, Duration.ZERO, null);
    }

    private static CallReport unreadable(String reason) {
        Verdict verdict = Verdict.unsent(ErrorCode.MALFORMED_REQUEST, reason);
        return new CallReport(null, reason, verdict, false, Duration.ZERO, null);
    }

    /**
     * Reports a fault of this program. The line bounds the cost of a possibly sent request; it is
     * null when nothing was sent.
     */
    private static CallReport fault(
            @Nullable RequestLine line, Throwable e, Duration took, @Nullable Error fatal) {
        var verdict =
                new Verdict.Failed(
                        ErrorCode.CONNECTION_ERROR,
                        "a fault in the worker (" + e.getClass().getSimpleName() + ")",
                        null,
                        null,
                        line == null ? Billing.NOTHING : Billing.UNCERTAIN);
        return new CallReport(line, "", verdict, true, took, fatal);
    }

    private Duration since(long start) {
        return Duration.ofNanos(nanos.getAsLong() - start);
    }

    @Override
    public void close() {
        keyWatch.close();
        transport.close();
        chunks.close();
    }
}
