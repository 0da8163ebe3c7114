package dev.millrace.standalone.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CachePurge.Filter;
import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.standalone.control.CachePurges;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests the output of {@code cache stats} and {@code cache purge}. */
class CacheReportTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final CachePurge PURGE =
            new CachePurge(
                    NOON,
                    "anna",
                    NOON,
                    NOON.plusSeconds(60),
                    new Filter(
                            Optional.empty(),
                            Optional.of("gpt-4.1"),
                            Optional.of("acme"),
                            Optional.of("default@v7")));
    private static final CacheStats STATS =
            new CacheStats(600, 1 << 20, 1_500, 0, 500, 3_000, 7, 8, 0, new BigDecimal("1.25"));
    private static final ControlState.Cache CACHE =
            new ControlState.Cache(Map.of("a1", PURGE), Map.of(0, STATS, 1, STATS));

    @Nested
    class AsText {
        @Test
        void sumsUpThePartitions() {
            assertThat(CacheText.of(CACHE))
                    .containsExactly(
                            "entries 1,200, 2.0 MiB",
                            "jobs    3,000 hits, 0 stale, 1,000 collapsed, 0 semantic, 6,000 misses:"
                                    + " 40.0 % without a call",
                            "saved   2.5 USD",
                            "removed 14 evicted, 16 expired",
                            "purged: answers of model gpt-4.1 of tenant acme routed by default@v7,"
                                    + " 2026-11-20T12:00:00Z by anna");
        }

        @Test
        void anUnusedCacheHasNoShare() {
            assertThat(CacheText.of(new ControlState.Cache(Map.of(), Map.of())))
                    .hasSize(4)
                    .anySatisfy(line -> assertThat(line).contains("0.0 % without a call"));
        }

        @Test
        void namesAPurgeOfEverything() {
            assertThat(CachePurges.text(new CachePurge(NOON, "anna", NOON, NOON, Filter.ALL)))
                    .startsWith("purged: all answers, ");
        }
    }

    @Nested
    class AsJson {
        @Test
        void hasTheSumsAndThePurges() {
            assertThat(CacheJson.of(CACHE))
                    .isEqualTo(
                            """
                            {"entries":1200,"bytes":2097152,"hits":3000,"stale":0,"collapsed":1000,"semantic":0,\
                            "misses":6000,"evicted":14,"expired":16,"saved_usd":2.5,"purges":[%s]}"""
                                    .formatted(CacheJson.of(PURGE)));
        }

        @Test
        void purgeHasItsFilter() {
            assertThat(CacheJson.of(PURGE))
                    .isEqualTo(
                            """
                            {"model":"gpt-4.1","tenant":"acme","routed_by":"default@v7",\
                            "at":"2026-11-20T12:00:00Z","by":"anna","until":"2026-11-20T12:00:00Z",\
                            "expires":"2026-11-20T12:01:00Z"}""");
        }
    }
}
