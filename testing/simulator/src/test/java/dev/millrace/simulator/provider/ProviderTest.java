package dev.millrace.simulator.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.settings.Outage;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProviderTest {
    private static final Instant NOW = Instant.parse("2026-11-20T07:00:00Z");

    private final AtomicLong nanos = new AtomicLong();

    private Provider provider(String model) {
        SimulatorSettings settings =
                SimulatorSettings.parse("test", "{\"models\":{\"*\":" + model + "}}");
        return new Provider(
                settings,
                new TimeAndRandom(InstantSource.fixed(NOW), nanos::get, new SplittableRandom(5)));
    }

    private static CallPlan plan(Provider provider, String extra) {
        String body = "{\"model\":\"m\",\"prompt\":\"Hello\"" + extra + "}";
        Call call = new Call(provider.nextId(), Operation.COMPLETIONS, null, "", null);
        return provider.plan(call, body.getBytes(StandardCharsets.UTF_8));
    }

    private static CallAction.Deliver deliveryOf(CallPlan plan) {
        assertThat(plan.action()).isInstanceOf(CallAction.Deliver.class);
        return (CallAction.Deliver) plan.action();
    }

    private static void assertTiming(CallPlan plan, Duration firstByte, Duration total) {
        CallAction.Timing timing = deliveryOf(plan).timing();
        assertThat(timing.firstByte()).isEqualTo(firstByte);
        assertThat(timing.total()).isEqualTo(total);
    }

    @Test
    void streamStartsBeforeTheAnswerIsComplete() {
        Provider provider = provider("{\"latency\":\"2s\",\"first_byte\":\"300ms\"}");

        assertTiming(
                plan(provider, ",\"stream\":true"), Duration.ofMillis(300), Duration.ofSeconds(2));
        assertTiming(plan(provider, ""), Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    @Test
    void streamEndsAtAFirstByteLaterThanTheLatency() {
        Provider provider = provider("{\"first_byte\":\"300ms\"}");

        assertTiming(
                plan(provider, ",\"stream\":true"), Duration.ofMillis(300), Duration.ofMillis(300));
    }

    @Test
    void stalledCallIsAnsweredAfterTheStallAndItsLatency() {
        Provider provider =
                provider("{\"latency\":\"2s\",\"failures\":{\"stall\":1},\"stall_for\":\"1m\"}");

        assertTiming(plan(provider, ""), Duration.ofSeconds(62), Duration.ofSeconds(62));
    }

    @Nested
    class Outages {
        private final Provider provider = provider("{\"latency\":\"2s\"}");

        private void begin(Outage.Form form) {
            provider.outages()
                    .add(new Outage(Duration.ofSeconds(10), Duration.ofSeconds(30), form, 503));
        }

        private void advance(Duration time) {
            nanos.addAndGet(time.toNanos());
        }

        @Test
        void callIsRefusedFromTheStartToTheEndOfTheOutage() {
            begin(Outage.Form.STATUS);
            advance(Duration.ofSeconds(10).minusNanos(1));
            assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Deliver.class);

            advance(Duration.ofNanos(1));
            assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Refuse.class);

            advance(Duration.ofSeconds(30).minusNanos(1));
            assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Refuse.class);

            advance(Duration.ofNanos(1));
            assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Deliver.class);
        }

        @Test
        void stalledCallIsAnsweredAfterTheEndOfTheOutage() {
            begin(Outage.Form.STALL);
            advance(Duration.ofSeconds(15));

            assertTiming(plan(provider, ""), Duration.ofSeconds(27), Duration.ofSeconds(27));
        }

        @Test
        void stalledCallIsRefusedAfterTheEndOfTheOutage() {
            begin(Outage.Form.STALL);
            advance(Duration.ofSeconds(15));

            CallAction action = plan(provider, ",\"n\":0").action();

            assertThat(((CallAction.Refuse) action).delay()).isEqualTo(Duration.ofSeconds(25));
        }
    }

    @Test
    void equalSeedsGiveEqualActionsForTheNthCall() {
        String settings =
                "{\"latency\":{\"p50\":\"1s\",\"p99\":\"9s\"},\"failures\":{\"hang\":0.3,\"garbage\":0.3}}";

        assertThat(actions(settings)).isEqualTo(actions(settings));
    }

    private List<CallAction> actions(String settings) {
        Provider provider = provider(settings);
        return Stream.generate(() -> plan(provider, "").action()).limit(50).toList();
    }

    @Test
    void changedSettingsResetTheLimits() {
        Provider provider = provider("{\"limits\":{\"requests_per_minute\":1}}");
        plan(provider, "");
        assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Refuse.class);

        provider.models().put("*", provider.models().any());

        assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Deliver.class);
    }

    @Test
    void limitRefillsWithTheTicker() {
        Provider provider = provider("{\"limits\":{\"requests_per_minute\":60,\"burst\":\"1s\"}}");
        plan(provider, "");
        assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Refuse.class);

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Deliver.class);
    }

    @Test
    void endedCallFreesConcurrency() {
        Provider provider = provider("{\"limits\":{\"concurrency\":1}}");
        CallPlan first = plan(provider, "");
        assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Refuse.class);

        first.onEnd().run();

        assertThat(plan(provider, "").action()).isInstanceOf(CallAction.Deliver.class);
    }

    @Test
    void statesAreBoundedForUnlimitedModelNames() {
        Provider provider = provider("{}");
        for (int i = 0; i < 20_000; i++) {
            provider.models().state("model-" + i);
        }

        assertThat(provider.models().state("one-more"))
                .isSameAs(provider.models().state("another"));
    }
}
