package dev.millrace.worker.integration.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A provider in this process that several workers call. Answers after a delay, and notes the calls
 * as the workers make them, without the delays of a network.
 */
final class ObservedProviders implements Providers {
    private static final Duration DELAY = Duration.ofMillis(100);
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Verdict SUCCESS =
            new Verdict.Answered(
                    new Verdict.Response(
                            200,
                            ResponseHeaders.NONE,
                            new ProviderBody.Json("{\"choices\":[]}".getBytes(UTF_8))),
                    new Billing.Billed(TokenUsage.of(1, 1)));
    private static final Verdict ABORTED =
            new Verdict.Failed(
                    ErrorCode.CONNECTION_ERROR, "call aborted", null, null, Billing.UNCERTAIN);

    private final Deque<Long> lastSecond = new ArrayDeque<>();
    private int calls;
    private int inFlight;
    private int mostInFlight;
    private int mostInASecond;

    synchronized int calls() {
        return calls;
    }

    synchronized int mostInFlight() {
        return mostInFlight;
    }

    synchronized int mostInASecond() {
        return mostInASecond;
    }

    private synchronized void onStarted() {
        long now = System.nanoTime();
        lastSecond.addLast(now);
        while (now - lastSecond.getFirst() >= SECOND_NANOS) {
            lastSecond.removeFirst();
        }
        calls++;
        inFlight++;
        mostInFlight = Math.max(mostInFlight, inFlight);
        mostInASecond = Math.max(mostInASecond, lastSecond.size());
    }

    private synchronized void onEnded() {
        inFlight--;
    }

    @Override
    public Call start(CallRequest request, Consumer<CallReport> receiver) {
        onStarted();
        RequestLine line = line(request);
        var verdict =
                new CompletableFuture<Verdict>()
                        .completeOnTimeout(SUCCESS, DELAY.toNanos(), TimeUnit.NANOSECONDS);
        var _ =
                verdict.thenAccept(
                        it -> {
                            onEnded();
                            receiver.accept(new CallReport(line, "", it, true, DELAY, null));
                        });
        return () -> verdict.complete(ABORTED);
    }

    private static RequestLine line(CallRequest request) {
        if (RequestParser.parse(request.record()) instanceof ParseResult.Accepted accepted) {
            return accepted.line();
        }
        throw new IllegalStateException("a job of the test cannot be parsed");
    }

    @Override
    public void close() {
        // Calls end by themselves.
    }
}
