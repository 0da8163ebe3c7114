package dev.millrace.contracts.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatedCostTest {
    private static final String TOKENS = "{\"prompt_tokens\":10,\"completion_tokens\":5,";

    private static Optional<BigDecimal> stated(String rest) {
        return Usages.read(null, TOKENS + rest + "}").statedUsd();
    }

    private static Optional<BigDecimal> inHeaders(Map<String, String> headers) {
        return StatedCost.inHeaders(name -> Optional.ofNullable(headers.get(name)));
    }

    @Nested
    class OfAProvider {
        @Test
        void xaiCountsTicksOfADollar() {
            assertThat(stated("\"cost_in_usd_ticks\":37756000"))
                    .hasValueSatisfying(it -> assertThat(it).isEqualByComparingTo("0.0037756"));
        }

        @Test
        void perplexityStatesATotal() {
            assertThat(
                            stated(
                                    """
                                    "cost":{"input_tokens_cost":7e-06,"output_tokens_cost":0.000149,
                                    "request_cost":0.005,"total_cost":0.005156}"""))
                    .contains(new BigDecimal("0.005156"));
        }

        @Test
        void llmGatewayStatesATotal() {
            assertThat(stated("\"cost_usd_total\":0.000125,\"cost_usd_input\":0.000025"))
                    .contains(new BigDecimal("0.000125"));
        }

        /** A binary fraction has no such digits. */
        @Test
        void everyDigitIsKept() {
            assertThat(stated("\"cost\":0.21103840000000001"))
                    .contains(new BigDecimal("0.21103840000000001"));
        }

        @Test
        void answerWithoutAStatedCostHasNone() {
            assertThat(stated("\"total_tokens\":15")).isEmpty();
        }
    }

    @Nested
    class OfOpenRouter {
        @Test
        void upstreamCostIsIncludedForTheKeyOfOpenRouter() {
            assertThat(
                            stated(
                                    """
                                    "cost":0.0014,"is_byok":false,
                                    "cost_details":{"upstream_inference_cost":0.0014}"""))
                    .contains(new BigDecimal("0.0014"));
        }

        @Test
        void freeCallCostsNothing() {
            assertThat(stated("\"cost\":0,\"is_byok\":false")).contains(BigDecimal.ZERO);
        }

        @ParameterizedTest
        @CsvSource({"0, 0.0360795", "0.0018, 0.0378795"})
        void ownKeyPaysTheProviderAndTheFee(String fee, String total) {
            assertThat(
                            stated(
                                    """
                                    "cost":%s,"is_byok":true,"cost_details":{
                                    "upstream_inference_cost":0.0360795,
                                    "upstream_inference_prompt_cost":0.0343845}"""
                                            .formatted(fee)))
                    .contains(new BigDecimal(total));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    ",\"cost_details\":null",
                    ",\"cost_details\":{\"upstream_inference_cost\":null}",
                    ",\"cost_details\":{\"upstream_inference_cost\":0}"
                })
        void feeAloneIsNoCost(String details) {
            assertThat(stated("\"cost\":0.002,\"is_byok\":true" + details)).isEmpty();
        }
    }

    @Nested
    class Unusable {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "-0.01",
                    "\"0.01\"",
                    "\"NaN\"",
                    "null",
                    "true",
                    "[0.01]",
                    "{}",
                    "{\"total_cost\":\"much\"}",
                    "0",
                    "0.0",
                    "500.01",
                    "1e40",
                    "1e-200",
                    "1e999999999",
                    "1e99999999999",
                    "123456789012345678901234567890123456789012345678901234567890"
                })
        void amountIsNotStated(String cost) {
            assertThat(stated("\"cost\":" + cost)).isEmpty();
        }

        @Test
        void amountYieldsToAUsableOne() {
            assertThat(stated("\"cost_in_usd_ticks\":0,\"cost\":0.5"))
                    .contains(new BigDecimal("0.5"));
        }

        @Test
        void amountDoesNotChangeTheTokens() {
            assertThat(Usages.read(null, TOKENS + "\"cost\":-1}"))
                    .isEqualTo(Usages.read(null, TOKENS + "\"total_tokens\":15}"));
        }
    }

    @Nested
    class InHeaders {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "x-litellm-response-cost",
                    "x-aimlapi-usd-spent",
                    "x-nr-request-cost",
                    "x-millrace-cost"
                })
        void isADecimal(String name) {
            assertThat(inHeaders(Map.of(name, "5.85e-06"))).contains(new BigDecimal("5.85e-06"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "None", "nan", "-1", "0", "0.0", "501", "0x1p3", "1e999999999"})
        void unusableAmountIsNotStated(String text) {
            assertThat(inHeaders(Map.of("x-litellm-response-cost", text))).isEmpty();
        }
    }

    @Test
    void everyNameIsARowOfTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "providers.md"));

        List<CostName> rows =
                Stream.of(StatedCost.IN_USAGE, StatedCost.HEADERS).flatMap(List::stream).toList();

        assertThat(rows)
                .allSatisfy(
                        it ->
                                assertThat(page)
                                        .contains(
                                                "\n| `%s` | %s | %s | [%s](%s) |\n"
                                                        .formatted(
                                                                it.path(),
                                                                it.exponent() == 0
                                                                        ? "USD"
                                                                        : "10^%d USD"
                                                                                .formatted(
                                                                                        it
                                                                                                .exponent()),
                                                                it.includes(),
                                                                it.users(),
                                                                it.source())));
    }
}
