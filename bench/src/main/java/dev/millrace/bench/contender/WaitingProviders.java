package dev.millrace.bench.contender;

import dev.millrace.bench.provider.FixedAnswer;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Parsed;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Providers of Millrace's worker that answer after a time, each call on a virtual thread of its own
 * which reads the record, as calls over HTTP do.
 */
final class WaitingProviders implements Providers {
    private static final Verdict GOOD =
            new Verdict.Answered(
                    new Verdict.Response(
                            200, "req-bench", new ProviderBody.Json(FixedAnswer.body())),
                    new Billing.Billed(
                            TokenUsage.of(FixedAnswer.INPUT_TOKENS, FixedAnswer.OUTPUT_TOKENS)));

    private final Duration time;
    private final LongSupplier nanos;

    WaitingProviders(Duration time, LongSupplier nanos) {
        this.time = time;
        this.nanos = nanos;
    }

    @Override
    public Call start(Order order, Consumer<Report> receiver) {
        Thread thread = Thread.ofVirtual().start(() -> receiver.accept(report(order)));
        return thread::interrupt;
    }

    private Report report(Order order) {
        long start = nanos.getAsLong();
        if (!(RequestParser.parse(order.record()) instanceof Parsed.Accepted accepted)) {
            throw new IllegalStateException("a generated job cannot be read");
        }
        Verdict verdict = start - order.window().sendByNanos() < 0 ? answer() : new Verdict.Late();
        Duration took = Duration.ofNanos(nanos.getAsLong() - start);
        boolean called = !(verdict instanceof Verdict.Late);
        return new Report(accepted.line(), "", verdict, called, took, null);
    }

    private Verdict answer() {
        try {
            if (time.isPositive()) {
                Thread.sleep(time);
            }
            return GOOD;
        } catch (InterruptedException e) {
            return new Verdict.Failed(
                    ErrorCode.CONNECTION_ERROR, "broken off", null, null, Billing.UNCERTAIN);
        }
    }

    @Override
    public void close() {
        // There is nothing to close: calls end by themselves or are broken off by the loop.
    }
}
