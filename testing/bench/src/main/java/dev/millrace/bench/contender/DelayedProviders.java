package dev.millrace.bench.contender;

import dev.millrace.bench.provider.FixedAnswer;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Providers for Millrace's worker that answer after a delay. Each call runs on its own virtual
 * thread, which parses the record, as a call over HTTP does.
 */
final class DelayedProviders implements Providers {
    private static final Verdict SUCCESS =
            new Verdict.Answered(
                    new Verdict.Response(
                            200, ResponseHeaders.NONE, new ProviderBody.Json(FixedAnswer.body())),
                    new Billing.Billed(
                            TokenUsage.of(FixedAnswer.INPUT_TOKENS, FixedAnswer.OUTPUT_TOKENS)));

    private final Duration delay;
    private final LongSupplier nanos;

    DelayedProviders(Duration delay, LongSupplier nanos) {
        this.delay = delay;
        this.nanos = nanos;
    }

    @Override
    public Call start(CallRequest request, Consumer<CallReport> receiver) {
        Thread thread = Thread.ofVirtual().start(() -> receiver.accept(report(request)));
        return thread::interrupt;
    }

    private CallReport report(CallRequest request) {
        long start = nanos.getAsLong();
        if (!(RequestParser.parse(request.record()) instanceof ParseResult.Accepted accepted)) {
            throw new IllegalStateException("a generated job cannot be parsed");
        }
        Verdict verdict =
                start - request.window().sendByNanos() < 0
                        ? answer()
                        : new Verdict.SendWindowMissed();
        Duration took = Duration.ofNanos(nanos.getAsLong() - start);
        boolean called = !(verdict instanceof Verdict.SendWindowMissed);
        return new CallReport(accepted.line(), "", verdict, called, took, null);
    }

    private Verdict answer() {
        try {
            if (delay.isPositive()) {
                Thread.sleep(delay);
            }
            return SUCCESS;
        } catch (InterruptedException e) {
            return new Verdict.Failed(
                    ErrorCode.CONNECTION_ERROR, "call aborted", null, null, Billing.UNCERTAIN);
        }
    }

    @Override
    public void close() {
        // Calls end by themselves or are aborted by the loop.
    }
}
