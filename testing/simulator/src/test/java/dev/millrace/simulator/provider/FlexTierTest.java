package dev.millrace.simulator.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.simulator.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FlexTierTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-11-20T00:00:00Z");
    private static final String FLEX = ",\"service_tier\":\"flex\"";

    private Instant now = MIDNIGHT;

    private Provider provider(String model) {
        SimulatorSettings settings =
                SimulatorSettings.parse("test", "{\"models\":{\"*\":" + model + "}}");
        return new Provider(
                settings, new TimeAndRandom(() -> now, () -> 0L, new SplittableRandom(5)));
    }

    private static CallAction call(Provider provider, Operation operation, String extra) {
        String body =
                "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
                        + extra
                        + "}";
        Call call = new Call(provider.nextId(), operation, null, "", null);
        return provider.plan(call, body.getBytes(StandardCharsets.UTF_8)).action();
    }

    private static CallAction flexCall(Provider provider) {
        return call(provider, Operation.CHAT_COMPLETIONS, FLEX);
    }

    private static CallAction.Refuse refusal(String signature) {
        String settings = "{\"flex\":{\"refused\":[1],\"signature\":\"" + signature + "\"}}";
        return (CallAction.Refuse) flexCall(new FlexTierTest().provider(settings));
    }

    @Test
    void shareOfRefusalsFollowsTheHour() {
        Provider provider = provider("{\"flex\":{\"refused\":[0,0.6]}}");

        long morning = refusals(provider);
        now = MIDNIGHT.plus(Duration.ofHours(12));
        long evening = refusals(provider);

        assertThat(morning).isZero();
        assertThat(evening).isBetween(550L, 650L);
    }

    private static long refusals(Provider provider) {
        return IntStream.range(0, 1_000)
                .filter(_ -> flexCall(provider) instanceof CallAction.Refuse)
                .count();
    }

    @Test
    void answeredCallHasTheTierAndItsLatency() {
        Provider provider =
                provider("{\"latency\":\"1s\",\"flex\":{\"refused\":[0],\"latency\":\"9m\"}}");

        var flex = (CallAction.Deliver) flexCall(provider);
        var standard = (CallAction.Deliver) call(provider, Operation.CHAT_COMPLETIONS, "");

        assertThat(flex.usage().flex()).isTrue();
        assertThat(flex.timing().total()).isEqualTo(Duration.ofMinutes(9));
        assertThat(standard.usage().flex()).isFalse();
        assertThat(standard.timing().total()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void refusedCallUsesUpNoLimit() {
        Provider provider =
                provider("{\"limits\":{\"requests_per_minute\":1},\"flex\":{\"refused\":[1]}}");
        flexCall(provider);

        assertThat(call(provider, Operation.CHAT_COMPLETIONS, ""))
                .isInstanceOf(CallAction.Deliver.class);
    }

    @Nested
    class WhenTheTierIsNotServed {
        @Test
        void theFieldIsIgnored() {
            var action = (CallAction.Deliver) flexCall(provider("{}"));

            assertThat(action.usage().flex()).isFalse();
        }

        @Test
        void anthropicsWireIgnoresTheField() {
            Provider provider = provider("{\"flex\":{\"refused\":[1]}}");

            assertThat(call(provider, Operation.MESSAGES, FLEX))
                    .isInstanceOf(CallAction.Deliver.class);
        }
    }

    @Nested
    class Signatures {
        private static String body(CallAction.Refuse refusal, Provider provider) {
            return refusal.error().body(WireFormat.OPENAI, provider.nextId()).toString();
        }

        @Test
        void openAiRefusesWith429() {
            CallAction.Refuse refusal = refusal("openai");

            assertThat(refusal.status()).isEqualTo(429);
            assertThat(refusal.billed()).isNull();
            assertThat(body(refusal, provider("{}"))).contains("\"code\":\"resource_unavailable\"");
        }

        @Test
        void azureRefusesWith400() {
            CallAction.Refuse refusal = refusal("azure");

            assertThat(refusal.status()).isEqualTo(400);
            assertThat(body(refusal, provider("{}")))
                    .contains("\"type\":\"invalid_request_error\"", "\"param\":\"service_tier\"");
        }

        @Test
        void groqRefusesWith498() {
            CallAction.Refuse refusal = refusal("groq");

            assertThat(refusal.status()).isEqualTo(498);
            assertThat(body(refusal, provider("{}"))).contains("\"code\":\"capacity_exceeded\"");
        }

        @Test
        void geminiRefusesWith503Or429() {
            Provider provider = provider("{\"flex\":{\"refused\":[1],\"signature\":\"gemini\"}}");
            var statuses = new TreeSet<Integer>();
            for (int i = 0; i < 50; i++) {
                statuses.add(((CallAction.Refuse) flexCall(provider)).status());
            }

            assertThat(statuses).containsExactly(429, 503);
        }
    }
}
