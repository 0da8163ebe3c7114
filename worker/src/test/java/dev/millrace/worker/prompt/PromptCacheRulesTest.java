package dev.millrace.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.prompt.PromptCacheRule.Keys;
import dev.millrace.worker.prompt.PromptCacheRule.Marks;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines of {@code prompt-cache.tsv}. */
class PromptCacheRulesTest {
    private static PromptCacheRule rule(String provider, String model) {
        return PromptCacheRule.of(provider, model).orElseThrow();
    }

    @Test
    void eachLineHasADateAndSources() {
        assertThat(PromptCacheRules.lines())
                .isNotEmpty()
                .allSatisfy(
                        line -> {
                            assertThat(line).hasSize(13);
                            assertThat(LocalDate.parse(line.get(11))).isAfter("2026-01-01");
                            assertThat(line.get(12).split(" "))
                                    .allSatisfy(
                                            url ->
                                                    assertThat(URI.create(url).getHost())
                                                            .isNotNull());
                        });
    }

    @Test
    void providerWithoutALineHasNoRule() {
        assertThat(PromptCacheRule.of("vllm", "gpt-5.6")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "openai, gpt-5.6-terra, 1024",
        "openai, gpt-4.1, 1024",
        "anthropic, claude-opus-5, 512",
        "anthropic, claude-sonnet-5, 1024",
        "anthropic, claude-opus-4-7, 2048",
        "anthropic, claude-haiku-4-5-20251001, 4096",
        "mistral, mistral-small-2603, 64"
    })
    void firstLineThatFitsTheModelCounts(String provider, String model, int tokens) {
        assertThat(rule(provider, model).minimumTokens()).isEqualTo(tokens);
    }

    @Test
    void newerModelsOfOpenAiHaveBreakpointsAndAPriceOfWriting() {
        PromptCacheRule rule = rule("openai", "gpt-5.6");

        assertThat(rule.ttl()).isEqualTo(Duration.ofMinutes(30));
        assertThat(rule.breakEven()).isEqualTo(2);
        assertThat(rule.keys()).contains(new Keys("prompt_cache_key", 15));
        assertThat(rule.writesUnasked()).isTrue();
        assertThat(rule.fields())
                .containsExactlyInAnyOrder(
                        "prompt_cache_key", "prompt_cache_breakpoint", "prompt_cache_options");
    }

    @Test
    void olderModelsOfOpenAiFindPrefixesForNothing() {
        PromptCacheRule rule = rule("openai", "gpt-5.4");

        assertThat(rule.marks()).isEmpty();
        assertThat(rule.breakEven()).isEqualTo(1);
        assertThat(rule.isReadableAtFirstToken()).isTrue();
    }

    @Test
    void anthropicWritesOnlyWhatABreakpointEnds() {
        PromptCacheRule rule = rule("anthropic", "claude-sonnet-5");

        assertThat(rule.writesUnasked()).isFalse();
        assertThat(rule.marks().map(Marks::breakpoint))
                .contains(new PromptFields.Breakpoint("cache_control", "{\"type\":\"ephemeral\"}"));
        assertThat(rule.keys()).isEmpty();
    }
}
