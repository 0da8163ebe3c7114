package dev.millrace.pricelist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceSource;
import dev.millrace.yaml.problem.Problems;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceListTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

    private static Model model(PriceList list, String name) {
        return Objects.requireNonNull(list.models().get(name), name);
    }

    private static PriceList parse(String json) {
        return PriceList.parse(json.getBytes(UTF_8), "list.json", DAY, new Problems("list.json"))
                .orElseThrow();
    }

    private static BigDecimal usd(String text) {
        return new BigDecimal(text);
    }

    @Nested
    class OfLiteLlm {
        private final PriceList list =
                parse(
                        """
                        {"sample_spec":{"litellm_provider":"one of","mode":"chat","input_cost_per_token":0.0},
                         "gpt-x":{"litellm_provider":"openai","mode":"chat","max_input_tokens":1050000,
                          "max_output_tokens":128000,"supports_function_calling":true,"supports_vision":true,
                          "input_cost_per_token":2.5e-06,"output_cost_per_token":1.5e-05,
                          "output_cost_per_reasoning_token":1.5e-05,
                          "cache_read_input_token_cost":2.5e-07,
                          "cache_creation_input_token_cost":3.125e-06,
                          "cache_creation_input_token_cost_above_1hr":5e-06,
                          "input_cost_per_token_above_272k_tokens":5e-06,
                          "output_cost_per_token_above_272k_tokens":2.25e-05,
                          "input_cost_per_token_flex":1.25e-06,"output_cost_per_token_flex":7.5e-06,
                          "cache_read_input_token_cost_flex":1.3e-07,
                          "input_cost_per_token_priority":"0.000005","output_cost_per_token_priority":3e-05,
                          "input_cost_per_token_above_272k_tokens_priority":1e-05,
                          "input_cost_per_token_batches":1.25e-06,"output_cost_per_token_batches":7.5e-06,
                          "search_context_cost_per_query":{"search_context_size_low":0.03,"search_context_size_high":0.05},
                          "file_search_cost_per_1k_calls":2.5,
                          "regional_processing_uplift_multiplier_eu":1.1,
                          "input_cost_per_audio_token":0.0},
                         "dashscope/qwen-x":{"litellm_provider":"dashscope","mode":"chat","source":"https://q",
                          "tiered_pricing":[
                           {"range":[0,32000],"input_cost_per_token":1e-06,"output_cost_per_token":5e-06},
                           {"range":[3.2e4,128000],"input_cost_per_token":1.8e-06,"output_cost_per_token":9e-06},
                           {"range":[128000,252000],"input_cost_per_token":3e-06,"output_cost_per_token":1.5e-05}]},
                         "deepseek/d":{"litellm_provider":"deepseek","mode":"chat",
                          "input_cost_per_token":3e-07,"output_cost_per_token":1.2e-06,"cache_read_input_token_cost":6e-09,
                          "off_peak_pricing":{"weekday_timezone":"Asia/Shanghai",
                           "windows":[
                            {"hours_utc":["00:00-01:00","04:00-06:00","10:00-00:00"],"weekdays":[1,"tue","Wednesday",4,5]},
                            {"hours_utc":"00:00-00:00","weekdays":[6,7]}],
                           "input_cost_per_token":1.5e-07,"output_cost_per_token":"6e-07"}},
                         "daily":{"litellm_provider":"x","mode":"chat","input_cost_per_token":2e-06,"output_cost_per_token":2e-06,
                          "off_peak_pricing":{"hours_utc":"16:30-00:30","input_cost_per_token":1e-06}},
                         "odd":{"litellm_provider":"x","mode":"chat","input_cost_per_token":2e-06,"output_cost_per_token":2e-06,
                          "off_peak_pricing":{"hours_utc":"16:30-00:30","weekday_timezone":"Europe/Berlin"}},
                         "emb":{"litellm_provider":"openai","mode":"embedding","input_cost_per_token":2e-08,"max_input_tokens":8191},
                         "dall":{"litellm_provider":"openai","mode":"image_generation","input_cost_per_image":0.1},
                         "sec":{"litellm_provider":"openai","mode":"chat","input_cost_per_second":0.1},
                         "huge":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e999999999,"output_cost_per_token":1},
                         "neg":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":-1e-06,"output_cost_per_token":1e-06}}""");

        private final Model model = model(list, "gpt-x");

        @Test
        void readsEachRateToItsLastDigit() {
            Price price = model.price();

            assertThat(price.input()).isEqualTo(usd("2.5"));
            assertThat(price.cachedInput()).isEqualTo(usd("0.25"));
            assertThat(price.cacheWrite()).isEqualTo(usd("3.125"));
            assertThat(price.cacheWriteHour()).isEqualTo(usd("5"));
            assertThat(price.output()).isEqualTo(usd("15"));
            assertThat(price.perCall())
                    .isEqualTo(Map.of("web_search", usd("0.05"), "file_search", usd("0.0025")));
        }

        @Test
        void readsThresholdsAndTiers() {
            Price price = model.price();

            assertThat(price.ratesFor(272_000).input()).isEqualTo(usd("2.5"));
            assertThat(price.ratesFor(272_001).input()).isEqualTo(usd("5"));
            assertThat(price.ratesFor(272_001).output()).isEqualTo(usd("22.5"));
            assertThat(price.ratesFor(272_001).cachedInput()).isEqualTo(usd("0.25"));
            assertThat(price.tiers().keySet()).containsExactly("batch", "flex", "priority");
            assertThat(price.tier("flex").orElseThrow().cachedInput()).isEqualTo(usd("0.13"));
            assertThat(price.tier("priority").orElseThrow().input()).isEqualTo(usd("5"));
            assertThat(price.tier("priority").orElseThrow().ratesFor(300_000).input())
                    .isEqualTo(usd("10"));
        }

        @ParameterizedTest
        @CsvSource({
            "2026-11-30T00:59:59Z, 0.15, 0.006", // Monday
            "2026-11-30T01:00:00Z, 0.3, 0.006",
            "2026-11-30T04:00:00Z, 0.15, 0.006",
            "2026-11-30T09:59:59Z, 0.3, 0.006",
            "2026-12-04T15:59:59Z, 0.15, 0.006", // Friday
            "2026-12-04T16:00:00Z, 0.15, 0.006", // Saturday in Shanghai
            "2026-12-05T08:00:00Z, 0.15, 0.006",
        })
        void readsRatesByTheHour(String time, String input, String cached) {
            Price price = at(model(list, "deepseek/d"), time);

            assertThat(price.input()).isEqualTo(usd(input));
            assertThat(price.cachedInput()).isEqualTo(usd(cached));
        }

        @ParameterizedTest
        @CsvSource({
            "2026-11-30T16:29:59Z, 2",
            "2026-11-30T16:30:00Z, 1",
            "2026-12-01T00:29:59Z, 1",
            "2026-12-01T00:30:00Z, 2",
        })
        void dailyHoursMayPassMidnight(String time, String input) {
            Price price = at(model(list, "daily"), time);

            assertThat(price.input()).isEqualTo(usd(input));
            assertThat(price.output()).isEqualTo(usd("2"));
        }

        @Test
        void reportsHoursThatItCannotRead() {
            assertThat(model(list, "odd").price().hours()).isEmpty();
            assertThat(list.unknownFields()).containsEntry("off_peak_pricing", 1);
        }

        private static Price at(Model model, String time) {
            return model.price().at(Instant.parse(time), Instant.parse(time));
        }

        @Test
        void readsWhatTheModelCanDo() {
            assertThat(model.capabilities()).containsExactly(Capability.TOOLS, Capability.IMAGES);
            assertThat(model.contextWindow()).isEqualTo(OptionalLong.of(1_050_000));
            assertThat(model.price().source())
                    .contains(new PriceSource("list.json", DAY, Optional.empty()));
        }

        @Test
        void readsAListOfRatesByLength() {
            Model qwen = model(list, "dashscope/qwen-x");

            assertThat(qwen.provider()).isEqualTo("alibaba");
            assertThat(qwen.upstreamModel()).isEqualTo("qwen-x");
            assertThat(qwen.price().above())
                    .extracting(Price.LongContext::inputTokens)
                    .containsExactly(32_000L, 128_000L);
            assertThat(qwen.price().ratesFor(32_001).output()).isEqualTo(usd("9"));
            assertThat(qwen.price().source().orElseThrow().location()).isEqualTo("https://q");
        }

        @Test
        void embeddingHasNoOutput() {
            Model embedding = model(list, "emb");

            assertThat(embedding.urls()).containsExactly(Endpoint.EMBEDDINGS);
            assertThat(embedding.price().output()).isZero();
        }

        @Test
        void namesWhatItDoesNotKnow() {
            assertThat(list.unknownFields())
                    .isEqualTo(
                            Map.of(
                                    "input_cost_per_second",
                                    1,
                                    "off_peak_pricing",
                                    1,
                                    "regional_processing_uplift_multiplier_eu",
                                    1));
            assertThat(list.models())
                    .containsOnlyKeys(
                            "gpt-x", "dashscope/qwen-x", "deepseek/d", "daily", "odd", "emb");
            assertThat(list.skipped())
                    .containsEntry("mode image_generation", 1)
                    .containsEntry("without a price per token", 1)
                    .hasSize(4);
        }
    }

    @Nested
    class OfModelsDev {
        private final PriceList list =
                parse(
                        """
                        {"openai":{"id":"openai","models":{
                          "gpt-x":{"id":"gpt-x","tool_call":true,"modalities":{"input":["text","image"],"output":["text"]},
                           "limit":{"context":400000,"output":128000},
                           "cost":{"input":5.00,"output":30,"cache_read":0.50,"cache_write":6.25,"reasoning":40,
                            "context_over_200k":{"input":1,"output":1},
                            "tiers":[{"tier":{"type":"context","size":272000},"input":10.00,"output":45.0}]},
                           "experimental":{"modes":{"fast":{"cost":{"input":12.5,"output":75},
                             "provider":{"body":{"service_tier":"priority"}}}}}},
                          "img":{"id":"img","modalities":{"output":["image"]},"cost":{"input":1,"output":1}},
                          "free":{"id":"free","modalities":{"output":["text"]}}}},
                         "google":{"id":"google","models":{
                          "g":{"modalities":{"output":["text"]},"cost":{"input":1.25,"output":10,
                           "context_over_200k":{"input":2.5,"output":15}}}}}}""");

        @Test
        void readsPricesPerMillion() {
            Model model = model(list, "openai/gpt-x");

            assertThat(model.upstreamModel()).isEqualTo("gpt-x");
            assertThat(model.price().input()).isEqualTo(usd("5"));
            assertThat(model.price().cacheWrite()).isEqualTo(usd("6.25"));
            assertThat(model.price().above())
                    .extracting(Price.LongContext::inputTokens)
                    .containsExactly(272_000L);
            assertThat(model.price().tier("priority").orElseThrow().output()).isEqualTo(usd("75"));
        }

        @Test
        void readsTheOlderThreshold() {
            assertThat(model(list, "google/g").price().ratesFor(200_001).input())
                    .isEqualTo(usd("2.5"));
        }

        @Test
        void namesWhatItDoesNotKnow() {
            assertThat(list.unknownFields()).isEqualTo(Map.of("cost.reasoning", 1));
            assertThat(list.skipped())
                    .isEqualTo(Map.of("without text as output", 1, "without a price per token", 1));
        }
    }

    @Property
    void priceOfAListIsExact(
            @ForAll @BigRange(min = "0", max = "0.9") @Scale(14) BigDecimal perToken) {
        String json =
                "{\"m\":{\"litellm_provider\":\"p\",\"mode\":\"chat\",\"input_cost_per_token\":"
                        + perToken
                        + ",\"output_cost_per_token\":"
                        + perToken.toPlainString()
                        + "}}";

        Price price = model(parse(json), "m").price();

        assertThat(price.input()).isEqualByComparingTo(perToken.multiply(usd("1000000")));
        assertThat(price.output()).isEqualTo(price.input());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "[]", "{}", "3", "{\"a\":1}", "{\"models\":{}}"})
    void otherTextIsNoList(String text) {
        var problems = new Problems("x.json");

        assertThat(PriceList.parse(text.getBytes(UTF_8), "x.json", DAY, problems)).isEmpty();
        assertThat(problems.isEmpty()).isFalse();
    }
}
