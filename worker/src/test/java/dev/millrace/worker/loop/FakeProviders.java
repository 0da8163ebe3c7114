package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.translate.BodyAdditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Providers whose calls end when the test ends them. */
final class FakeProviders implements Providers {
    private static final ResponseHeaders HEADERS =
            new ResponseHeaders(Map.of("x-request-id", "req"));

    private final Map<String, Consumer<CallReport>> open = new LinkedHashMap<>();
    private final Map<String, RequestLine> lines = new LinkedHashMap<>();
    final List<String> calls = new ArrayList<>();
    final List<Integer> attempts = new ArrayList<>();
    final List<String> idempotencyKeys = new ArrayList<>();
    final List<Integer> keys = new ArrayList<>();

    /** The service tiers of the calls; standard for none. */
    final List<String> tiers = new ArrayList<>();

    final List<Window> windows = new ArrayList<>();
    final List<BodyAdditions> additions = new ArrayList<>();
    final Set<ProviderKey> replacedKeys = new HashSet<>();
    final Set<String> cancelled = new HashSet<>();
    int keyCount = 1;

    /** Duration of every call, as its report names it. */
    Duration took = Duration.ofMillis(5);

    /** Time to the first content of every call's answer; null for answers without a stream. */
    @Nullable Duration firstToken;

    boolean isClosed;

    /** The verdict with which every call ends at once; null if the test ends each call. */
    @Nullable Verdict immediateVerdict;

    @Override
    public Call start(CallRequest request, Consumer<CallReport> receiver) {
        var line = RequestParser.parse(request.record()).accepted();
        calls.add(line.customId());
        attempts.add(request.attempt());
        idempotencyKeys.add(request.idempotencyKey());
        keys.add(request.key());
        tiers.add(request.model().serviceTier().orElse("standard"));
        windows.add(request.window());
        additions.add(request.additions());
        open.put(line.customId(), receiver);
        lines.put(line.customId(), line);
        if (immediateVerdict != null) {
            end(line.customId(), immediateVerdict);
        }
        return () -> cancelled.add(line.customId());
    }

    @Override
    public int keyCount(String provider) {
        return keyCount;
    }

    @Override
    public Set<ProviderKey> takeReplacedKeys() {
        var taken = Set.copyOf(replacedKeys);
        replacedKeys.clear();
        return taken;
    }

    Set<String> running() {
        // In an order that is equal in each JVM, unlike that of Set.copyOf.
        return new LinkedHashSet<>(open.keySet());
    }

    void answer(String customId) {
        end(customId, good());
    }

    /** Ends a call that was not sent because its send window had passed. */
    void missSendWindow(String customId) {
        report(customId, new Verdict.SendWindowMissed(), false);
    }

    /**
     * Returns an action that answers this call, even if another call of the job is running at that
     * time.
     */
    Runnable delayAnswer(String customId) {
        var receiver = Objects.requireNonNull(open.get(customId), customId);
        return () ->
                receiver.accept(new CallReport(lines.get(customId), "", good(), true, took, null));
    }

    /** Ends a call that was never attempted. */
    void endUncalled(String customId, Verdict verdict) {
        report(customId, verdict, false);
    }

    /** Ends a call whose record turned out not to be a batch line. */
    void reportUnreadable(String customId) {
        Objects.requireNonNull(open.remove(customId), customId)
                .accept(
                        new CallReport(
                                null,
                                "it is not a batch line",
                                Verdict.unsent(ErrorCode.MALFORMED_REQUEST, "test"),
                                false,
                                Duration.ZERO,
                                null));
    }

    void end(String customId, Verdict verdict) {
        report(customId, verdict, true);
    }

    /** Ends a call after the first event of its answer was forwarded to the client. */
    void endForwarded(String customId, Verdict verdict) {
        report(customId, verdict, true, true);
    }

    private void report(String customId, Verdict verdict, boolean called) {
        report(customId, verdict, called, false);
    }

    private void report(String customId, Verdict verdict, boolean called, boolean isForwarded) {
        Objects.requireNonNull(open.remove(customId), customId)
                .accept(
                        new CallReport(
                                lines.get(customId),
                                "",
                                verdict,
                                called,
                                took,
                                firstToken,
                                isForwarded,
                                List.of(),
                                null));
    }

    static Verdict good() {
        return answered(new Billing.Billed(TokenUsage.of(1_000, 100)));
    }

    static Verdict answered(Billing billing) {
        return new Verdict.Answered(
                new Verdict.Response(
                        200, HEADERS, ProviderBody.of("{\"choices\":[]}".getBytes(UTF_8))),
                billing);
    }

    static Verdict failed(ErrorCode error, @Nullable Duration retryAfter, Billing billing) {
        return new Verdict.Failed(error, "test", null, retryAfter, billing);
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
