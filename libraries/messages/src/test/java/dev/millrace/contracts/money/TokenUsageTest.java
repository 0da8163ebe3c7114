package dev.millrace.contracts.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.yaml.problem.Violation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TokenUsageTest {
    @Nested
    class WhenThePartsFitTheWhole {
        private final TokenUsage usage = new TokenUsage(1000, 600, 300, 50, 50);

        @Test
        void computesUncachedInput() {
            assertThat(usage.uncachedInputTokens()).isEqualTo(100);
        }

        @Test
        void totalIsInputPlusOutput() {
            assertThat(usage.totalTokens()).isEqualTo(1050);
        }

        @Test
        void addsEachCount() {
            assertThat(usage.plus(TokenUsage.of(7, 8)))
                    .isEqualTo(new TokenUsage(1007, 600, 300, 58, 50));
            assertThat(usage.plus(TokenUsage.NONE)).isEqualTo(usage);
        }
    }

    @Nested
    class WhenThePartsExceedTheWhole {
        @Test
        void rejectsMoreCachedInputThanInput() {
            assertThatThrownBy(() -> new TokenUsage(10, 6, 5, 0, 0))
                    .isInstanceOf(Violation.class)
                    .hasMessage(
                            "input_tokens must include the cached and cache-write tokens, was 10");
        }

        @Test
        void rejectsPartsWhoseSumOverflows() {
            assertThatThrownBy(() -> new TokenUsage(10, Long.MAX_VALUE, Long.MAX_VALUE, 0, 0))
                    .isInstanceOf(Violation.class);
        }

        @Test
        void rejectsMoreOneHourCacheWritesThanCacheWrites() {
            assertThatThrownBy(() -> new TokenUsage(10, 0, 4, 5, 0, 0))
                    .isInstanceOf(Violation.class)
                    .hasMessageContaining("one-hour");
        }

        @Test
        void rejectsMoreReasoningThanOutput() {
            assertThatThrownBy(() -> new TokenUsage(0, 0, 0, 5, 6))
                    .isInstanceOf(Violation.class)
                    .hasMessageContaining("reasoning");
        }
    }

    @Test
    void rejectsNegativeCounts() {
        assertThatThrownBy(() -> TokenUsage.of(-1, 0)).hasMessageStartingWith("input_tokens");
        assertThatThrownBy(() -> TokenUsage.of(0, -1)).hasMessageStartingWith("output_tokens");
        assertThatThrownBy(() -> new TokenUsage(1, -1, 0, 0, 0))
                .hasMessageStartingWith("cached_input_tokens");
        assertThatThrownBy(() -> new TokenUsage(1, 0, -1, 0, 0))
                .hasMessageStartingWith("cache_write_tokens");
        assertThatThrownBy(() -> new TokenUsage(1, 0, 0, 1, -1))
                .hasMessageStartingWith("reasoning_tokens");
    }
}
