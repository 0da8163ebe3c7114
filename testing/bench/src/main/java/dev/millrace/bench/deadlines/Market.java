package dev.millrace.bench.deadlines;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Simulated providers, with their bill. The flex tier refuses calls by the hour; a refused call
 * costs nothing, nor does a call that the worker aborts.
 */
final class Market implements Providers {
    /** Share of flex calls that is refused, by hour (UTC). */
    private static final List<Double> REFUSED =
            List.of(
                    0.0, 0.0, 0.0, 0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.6, 0.6, 0.6,
                    0.55, 0.5, 0.45, 0.4, 0.3, 0.2, 0.1, 0.05, 0.0);

    private static final Duration REFUSAL = Duration.ofMillis(200);
    private static final long SEED = 1_000_003;

    private final List<DeadlineJob> jobs;
    private final SimulatedTime time;
    private final Map<Integer, Integer> refusals = new HashMap<>();
    private BigDecimal bill = BigDecimal.ZERO;
    private long refused;

    Market(List<DeadlineJob> jobs, SimulatedTime time) {
        this.jobs = jobs;
        this.time = time;
    }

    /** Returns what the providers charge for all calls, in US dollars, not rounded. */
    BigDecimal bill() {
        return bill;
    }

    /** Returns the number of calls that the flex tier refused. */
    long refused() {
        return refused;
    }

    /**
     * Returns true if the flex tier refuses a call. Depends on job, number of refusals and hour
     * only, so that all ways to buy meet equal chances.
     */
    static boolean isRefused(DeadlineJob job, int refusals, Instant at) {
        double share = REFUSED.get(at.atOffset(ZoneOffset.UTC).getHour());
        return new SplittableRandom(SEED * job.number() + refusals).nextDouble() < share;
    }

    @Override
    public Call start(CallRequest request, Consumer<CallReport> receiver) {
        var line = RequestParser.parse(request.record()).accepted();
        DeadlineJob job = jobs.get(Integer.parseInt(line.customId()));
        Instant start = time.now();
        boolean isFlex = request.model().serviceTier().isPresent();
        boolean isRefused = isFlex && isRefused(job, refusals.getOrDefault(job.number(), 0), start);
        Duration longest = longest(request.window());
        Duration whole = isRefused ? REFUSAL : job.time(isFlex);
        boolean isAborted = whole.compareTo(longest) > 0;
        Duration took = isAborted ? longest : whole;
        time.at(
                start.plus(took),
                () -> {
                    Verdict verdict =
                            isAborted
                                    ? timeout()
                                    : isRefused ? refusal(job) : answer(job, start, isFlex);
                    receiver.accept(new CallReport(line, "", verdict, true, took, null));
                });
        return () -> {};
    }

    /** Returns the time after which the worker aborts a call. */
    private Duration longest(Window window) {
        long untilEnd = window.endByNanos() - time.clock().nanos();
        long most = window.longestNanos();
        return Duration.ofNanos(Math.max(1, most == 0 ? untilEnd : Math.min(untilEnd, most)));
    }

    private static Verdict timeout() {
        return new Verdict.Failed(
                ErrorCode.TIMEOUT, "no answer in time", null, null, Billing.UNCERTAIN);
    }

    private Verdict refusal(DeadlineJob job) {
        refused++;
        refusals.merge(job.number(), 1, Integer::sum);
        return new Verdict.Failed(
                ErrorCode.RATE_LIMIT_EXCEEDED,
                "Resource unavailable. Please try again later.",
                response(429, "{}"),
                null,
                Billing.NOTHING);
    }

    private Verdict answer(DeadlineJob job, Instant start, boolean isFlex) {
        bill = bill.add(job.cost(start, isFlex));
        return new Verdict.Answered(
                response(200, "{\"choices\":[]}"), new Billing.Billed(job.usage()));
    }

    private static Verdict.Response response(int status, String body) {
        return new Verdict.Response(
                status, ResponseHeaders.NONE, ProviderBody.of(body.getBytes(UTF_8)));
    }

    @Override
    public void close() {}
}
