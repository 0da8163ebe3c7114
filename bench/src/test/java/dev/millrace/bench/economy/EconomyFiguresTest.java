package dev.millrace.bench.economy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EconomyFiguresTest {
    private static EconomyRow row(Strategy strategy, String usd, Map<String, Long> calls) {
        return new EconomyRow(strategy, new BigDecimal(usd), calls, ReusedAnswers.NONE, List.of());
    }

    private static final EconomyFigures FIGURES =
            new EconomyFigures(
                    Mix.REPEATS,
                    1_000,
                    List.of(
                            row(Strategy.ALL_PREMIUM, "8", Map.of("gpt-4.1", 1_000L)),
                            row(Strategy.ROUTING, "2", Map.of("gpt-4.1", 100L, "qwen-turbo", 900L)),
                            row(Strategy.ROUTING_AND_CACHE, "1", Map.of("qwen-turbo", 600L))));

    @Test
    void eachPartAndTheWholeAreShown() {
        assertThat(FIGURES.text())
                .containsPattern("all premium +1,000 +8\\.0000 +4,000\\.00 +0\\.0 +0\\.0")
                .containsPattern("with routing +1,000 +2\\.0000 +1,000\\.00 +75\\.0 +75\\.0")
                .containsPattern("with routing and cache +600 +1\\.0000 +500\\.00 +87\\.5 +12\\.5")
                .contains("with routing: gpt-4.1 100, qwen-turbo 900")
                .endsWith("saved > 85 %: met\n");
    }

    @Test
    void jsonHasTheSameFigures() {
        assertThat(FIGURES.json())
                .contains("\"name\":\"with routing and cache\",\"calls\":600,\"cost_usd\":1")
                .endsWith("\"good\":true}");
    }

    @Test
    void brokenPromiseMakesFiguresBad() {
        var broken =
                new EconomyFigures(
                        Mix.REPEATS,
                        1,
                        List.of(
                                new EconomyRow(
                                        Strategy.ALL_PREMIUM,
                                        BigDecimal.ONE,
                                        Map.of(),
                                        ReusedAnswers.NONE,
                                        List.of("3 jobs were billed more than once"))));

        assertThat(broken.isGood()).isFalse();
        assertThat(broken.text())
                .contains("BROKEN 3 jobs were billed more than once")
                .endsWith("saved > 85 %: not met\n");
    }
}
