package dev.millrace.worker.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FallbackRuleTest {
    private static final Model MODEL = model("");

    private static Model model(String setting) {
        return new ConfigLoader(Map.of())
                .parse(
                        "test",
                        """
                        providers: { p: { wire: openai, base_url: "http://localhost" } }
                        models: { m: { provider: p, %s price: { input: 1, output: 2 } } }
                        """
                                .formatted(setting))
                .catalog()
                .find("m")
                .orElseThrow();
    }

    private static Verdict.Failed failed(ErrorCode error, @Nullable Duration retryAfter) {
        return new Verdict.Failed(error, "test", null, retryAfter, Billing.NOTHING);
    }

    @Nested
    class TheWaitOfAProvider {
        private final Model patient = model("");
        private final Model impatient = model("fallback_after: 0s,");

        private static boolean isTooLong(Model model, ErrorCode error, @Nullable Duration wait) {
            return FallbackRule.isWaitTooLong(failed(error, wait), model);
        }

        @Test
        void waitBeyondFallbackAfterIsTooLong() {
            assertThat(isTooLong(patient, ErrorCode.RATE_LIMIT_EXCEEDED, Duration.ofSeconds(30)))
                    .isFalse();
            assertThat(isTooLong(patient, ErrorCode.RATE_LIMIT_EXCEEDED, Duration.ofSeconds(31)))
                    .isTrue();
            assertThat(isTooLong(patient, ErrorCode.SERVER_ERROR, Duration.ofSeconds(31))).isTrue();
        }

        @Test
        void callWithoutAGivenWaitIsRetried() {
            assertThat(isTooLong(patient, ErrorCode.RATE_LIMIT_EXCEEDED, null)).isFalse();
            assertThat(isTooLong(impatient, ErrorCode.SERVER_ERROR, null)).isFalse();
        }

        @Test
        void zeroLeavesAThrottlingModelAtOnce() {
            assertThat(isTooLong(impatient, ErrorCode.RATE_LIMIT_EXCEEDED, null)).isTrue();
        }
    }

    @Nested
    class AJobWithoutAFurtherAttempt {
        @ParameterizedTest
        @EnumSource(
                names = {
                    "RATE_LIMIT_EXCEEDED",
                    "QUOTA_EXCEEDED",
                    "AUTHENTICATION_ERROR",
                    "MODEL_NOT_FOUND",
                    "SERVER_ERROR",
                    "TIMEOUT",
                    "CONNECTION_ERROR",
                    "CONTEXT_LENGTH_EXCEEDED"
                })
        void faultOfTheModelFallsBack(ErrorCode error) {
            assertThat(FallbackRule.endsAtModelOnly(error, MODEL, true)).isTrue();
        }

        @ParameterizedTest
        @EnumSource(
                names = {
                    "INVALID_RESPONSE",
                    "RESPONSE_TOO_LARGE",
                    "VALIDATION_ERROR",
                    "CONTENT_FILTERED",
                    "DEADLINE_EXCEEDED",
                    "CANCELLED"
                })
        void otherErrorsEndTheJob(ErrorCode error) {
            assertThat(FallbackRule.endsAtModelOnly(error, MODEL, true)).isFalse();
        }

        @Test
        void filteredRequestFallsBackWhereTheModelSaysSo() {
            Model model = model("fallback_on: [content_filtered],");

            assertThat(FallbackRule.endsAtModelOnly(ErrorCode.CONTENT_FILTERED, model, true))
                    .isTrue();
            assertThat(FallbackRule.endsAtModelOnly(ErrorCode.VALIDATION_ERROR, model, true))
                    .isFalse();
        }

        @ParameterizedTest
        @EnumSource(names = {"VALIDATION_ERROR", "UNKNOWN_MODEL"})
        void requestThatCannotBeSentToTheModelFallsBack(ErrorCode error) {
            assertThat(FallbackRule.endsAtModelOnly(error, MODEL, false)).isTrue();
        }
    }
}
