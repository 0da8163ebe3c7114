package dev.millrace.worker.breaker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.Breakers.Judgement;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.ProviderKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Breakers of a provider with two models and two keys. The ticker starts before it overflows. */
final class TestBreakers {
    static final Model MODEL = Model.of("m", "p", Price.of("1", "2"));
    static final Model OTHER = Model.of("other", "p", Price.of("1", "2"));
    static final int KEYS = 2;
    static final Duration OPEN_FOR = Duration.ofSeconds(30);

    /** Index of a key without room; -1 for none. */
    int fullKey = -1;

    /** Affinity of the calls to a key. */
    OptionalLong affinity = OptionalLong.empty();

    private long nanos = Long.MAX_VALUE - 1_000;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Breakers breakers;

    /** Creates breakers that open at half of ten failed calls. */
    TestBreakers() {
        this(settings(50));
    }

    TestBreakers(WorkerConfig.Breaker settings) {
        this(settings, KEYS);
    }

    /** Creates breakers of providers with the given number of keys. */
    TestBreakers(WorkerConfig.Breaker settings, int keys) {
        breakers =
                new Breakers(
                        settings,
                        new LoopClock(() -> Instant.EPOCH, () -> nanos),
                        _ -> keys,
                        new BreakerReporter(registry));
    }

    /** Opens at a percentage of ten failed calls, or at 80 % calls of a second or more. */
    static WorkerConfig.Breaker settings(double failureRate) {
        return new WorkerConfig.Breaker(
                failureRate, 80, Duration.ofSeconds(1), 20, 10, OPEN_FOR, 3);
    }

    long nanos() {
        return nanos;
    }

    void advance(Duration by) {
        nanos += by.toNanos();
    }

    /**
     * @param key index of the key
     */
    void replaceKey(int key) {
        breakers.onKeysReplaced(List.of(new ProviderKey(MODEL.provider(), key)));
    }

    long waitNanos(Model model) {
        return breakers.waitNanos(model, nanos);
    }

    boolean permits(Model model) {
        return waitNanos(model) == 0;
    }

    /** A call that has reserved. */
    final class Call {
        final Model model;
        final int key;

        private Call(Model model) {
            this.model = model;
            this.key =
                    breakers.reserve(
                            this, model, new KeyChoice(key -> key != fullKey, affinity), nanos);
            breakers.onSent(this, model, key, nanos);
        }

        Judgement end(Verdict verdict) {
            return end(verdict, Duration.ZERO);
        }

        Judgement end(Verdict verdict, Duration took) {
            return breakers.complete(this, model, key, verdict, took, nanos);
        }

        void cancel() {
            breakers.cancel(this, model, key);
        }
    }

    Call start(Model model) {
        return new Call(model);
    }

    /** Makes calls that end at once. */
    void call(Model model, int times, Verdict verdict) {
        for (int i = 0; i < times; i++) {
            start(model).end(verdict);
        }
    }

    static Verdict answered() {
        return new Verdict.Answered(response(200), Billing.NOTHING);
    }

    static Verdict failed(ErrorCode error, int status) {
        return new Verdict.Failed(error, "test", response(status), null, Billing.NOTHING);
    }

    static Verdict unavailable() {
        return failed(ErrorCode.SERVER_ERROR, 503);
    }

    /** A page of a firewall. */
    static Verdict page() {
        return new Verdict.Failed(
                ErrorCode.SERVER_ERROR, "test", response(403).asPage(), null, Billing.NOTHING);
    }

    static Verdict rejectedKey() {
        return failed(ErrorCode.AUTHENTICATION_ERROR, 401);
    }

    static Verdict unknownModel() {
        return failed(ErrorCode.MODEL_NOT_FOUND, 404);
    }

    /** A call that was sent and not answered in time. */
    static Verdict timedOut() {
        return new Verdict.Failed(ErrorCode.TIMEOUT, "test", null, null, Billing.UNCERTAIN);
    }

    static Verdict refused() {
        return Verdict.unsent(ErrorCode.CONNECTION_ERROR, "connection refused");
    }

    private static Verdict.Response response(int status) {
        return new Verdict.Response(
                status, ResponseHeaders.NONE, ProviderBody.of("{}".getBytes(UTF_8)));
    }
}
