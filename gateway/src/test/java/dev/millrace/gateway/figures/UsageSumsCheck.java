package dev.millrace.gateway.figures;

import static dev.millrace.store.fixture.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.money.Usd;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.fixture.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Asks random questions about usage. Checks that the answers, which come from rollups, equal
 * independently computed sums over the stored events.
 */
final class UsageSumsCheck {
    private static final int QUESTIONS = 20;

    /** Largest quotient of an estimated percentile and the exact one, and the rounding. */
    private static final double PRECISION = 1.19;

    private static final int ROUNDED_MS = 1;

    private final Random random;
    private final List<Event> events;

    private UsageSumsCheck(Random random, List<Event> events) {
        this.random = random;
        this.events = events;
    }

    private record Event(Instant time, List<String> cells) {
        String tenant() {
            return cells.get(1);
        }

        String model() {
            return cells.get(2);
        }

        String provider() {
            return cells.get(3);
        }

        String arm() {
            return cells.get(4);
        }

        /** The last cell, so that the figures before it stay together. */
        String rule() {
            return cells.getLast();
        }

        boolean isCall() {
            return number(5).signum() > 0;
        }

        long millis() {
            return number(6).longValueExact();
        }

        BigDecimal number(int cell) {
            return new BigDecimal(cells.get(cell));
        }
    }

    /** Asks random questions. */
    static void check(TestDatabase database, long seed) throws Exception {
        var events = new ArrayList<Event>();
        for (String row :
                database.rows(
                        "SELECT recorded_at, tenant, COALESCE(model, ''), COALESCE(provider, ''),"
                                + " COALESCE(routed_to, ''),"
                                + " CASE WHEN is_final AND attempts > 0 THEN 1 ELSE 0 END,"
                                + " COALESCE(upstream_ms, 0),"
                                + " CASE WHEN is_final THEN 1 ELSE 0 END,"
                                + " CASE WHEN is_final AND error_code IS NOT NULL THEN 1 ELSE 0 END,"
                                + " CASE WHEN kind = 'saved' THEN 1 ELSE 0 END,"
                                + " CASE WHEN kind IN ('billed', 'uncertain') THEN 1 ELSE 0 END,"
                                + " input_tokens, cached_input_tokens, cache_write_tokens,"
                                + " cache_write_1h_tokens, output_tokens, reasoning_tokens,"
                                + " CASE WHEN spilled THEN 1 ELSE 0 END,"
                                + " CASE WHEN kind = 'uncertain' THEN '0' ELSE CAST(cost_usd AS TEXT) END,"
                                + " CASE WHEN kind = 'uncertain' THEN CAST(cost_usd AS TEXT) ELSE '0' END,"
                                + " saved_usd, CASE WHEN kind = 'uncertain' THEN '0'"
                                + " ELSE CAST(COALESCE(catalog_usd, cost_usd) AS TEXT) END,"
                                + " COALESCE(routed_by, '') FROM costs")) {
            List<String> cells = List.of(row.split("\\|", -1));
            String time = cells.getFirst().replace(' ', 'T');
            events.add(
                    new Event(
                            OffsetDateTime.parse(time.matches(".*[+-]\\d\\d") ? time + ":00" : time)
                                    .toInstant(),
                            cells));
        }
        var check = new UsageSumsCheck(new Random(seed), events);
        try (QueryRunner runner = QueryRunner.open(database.url())) {
            for (int i = 0; i < QUESTIONS; i++) {
                check.ask(runner);
            }
        }
    }

    private void ask(QueryRunner runner) throws Exception {
        UsageFilter filter = filter();
        SequencedSet<CostDimension> dimensions = new LinkedHashSet<>();
        for (CostDimension dimension : CostDimension.values()) {
            if (dimension != CostDimension.BATCH && random.nextInt(3) == 0) {
                dimensions.add(dimension);
            }
        }
        var found = new TreeMap<String, String>();
        for (CostGroup group : new CostReader(runner).groups(filter, dimensions)) {
            if (group.jobs() + group.cachedJobs() + group.attempts() > 0) {
                found.put(
                        group.key().stream()
                                .map(it -> it == null ? "" : it)
                                .collect(Collectors.joining("|")),
                        figures(group));
            }
        }
        assertThat(found).as(filter + " by " + dimensions).isEqualTo(expected(filter, dimensions));
        checkLatency(filter, new OutcomeReader(runner).estimatedLatency(filter));
    }

    private UsageFilter filter() {
        Optional<Instant> from = time();
        Optional<Instant> to = time().filter(it -> from.isEmpty() || it.isAfter(from.get()));
        return new UsageFilter(
                maybe("t"), Optional.empty(), maybe("a"), maybe("b\uFFFD"), from, to);
    }

    private Optional<String> maybe(String name) {
        return random.nextInt(3) == 0 ? Optional.of(name) : Optional.empty();
    }

    private Optional<Instant> time() {
        Instant time =
                NOON.minus(Duration.ofDays(random.nextInt(4)))
                        .plus(Duration.ofMinutes(random.nextInt(9) - 4))
                        .plusMillis(random.nextInt(120_000));
        return switch (random.nextInt(6)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(time.truncatedTo(ChronoUnit.MINUTES));
            case 2 -> Optional.of(time.truncatedTo(ChronoUnit.HOURS));
            case 3 -> Optional.of(time.truncatedTo(ChronoUnit.DAYS));
            default -> Optional.of(time);
        };
    }

    private static String figures(CostGroup group) {
        return List.of(
                        group.jobs(),
                        group.errors(),
                        group.cachedJobs(),
                        group.attempts(),
                        group.usage().inputTokens(),
                        group.usage().cachedInputTokens(),
                        group.usage().cacheWriteTokens(),
                        group.usage().cacheWriteHourTokens(),
                        group.usage().outputTokens(),
                        group.usage().reasoningTokens(),
                        group.spilled(),
                        Usd.text(group.costUsd()),
                        Usd.text(group.uncertainUsd()),
                        Usd.text(group.savedUsd()),
                        Usd.text(group.catalogUsd()))
                .toString();
    }

    private List<Event> matching(UsageFilter filter) {
        return events.stream()
                .filter(it -> filter.tenant().map(it.tenant()::equals).orElse(true))
                .filter(it -> filter.model().map(it.model()::equals).orElse(true))
                .filter(it -> filter.provider().map(it.provider()::equals).orElse(true))
                .filter(it -> filter.from().map(from -> !it.time.isBefore(from)).orElse(true))
                .filter(it -> filter.to().map(it.time::isBefore).orElse(true))
                .toList();
    }

    private Map<String, String> expected(
            UsageFilter filter, SequencedSet<CostDimension> dimensions) {
        var sums = new TreeMap<String, List<BigDecimal>>();
        for (Event event : matching(filter)) {
            var numbers = new ArrayList<BigDecimal>();
            for (int cell = 7; cell < event.cells.size() - 1; cell++) {
                numbers.add(event.number(cell));
            }
            String key =
                    dimensions.stream()
                            .map(it -> value(event, it))
                            .collect(Collectors.joining("|"));
            sums.merge(
                    key,
                    numbers,
                    (left, right) -> {
                        var both = new ArrayList<BigDecimal>();
                        for (int i = 0; i < left.size(); i++) {
                            both.add(left.get(i).add(right.get(i)));
                        }
                        return both;
                    });
        }
        var expected = new TreeMap<String, String>();
        sums.forEach(
                (key, numbers) -> {
                    if (numbers.subList(0, 4).stream().anyMatch(it -> it.signum() > 0)) {
                        expected.put(key, numbers.stream().map(Usd::text).toList().toString());
                    }
                });
        return expected;
    }

    private static String value(Event event, CostDimension dimension) {
        return switch (dimension) {
            case TENANT -> event.tenant();
            case MODEL -> event.model();
            case PROVIDER -> event.provider();
            case BATCH -> "";
            case DAY -> event.time.toString().substring(0, 10);
            case HOUR -> event.time.truncatedTo(ChronoUnit.HOURS).toString();
            case RULE -> event.rule();
            case ARM -> event.arm();
        };
    }

    private void checkLatency(UsageFilter filter, Percentiles found) {
        List<Long> millis =
                matching(filter).stream()
                        .filter(Event::isCall)
                        .map(Event::millis)
                        .sorted()
                        .toList();
        assertThat(found.count()).isEqualTo(millis.size());
        if (millis.isEmpty()) {
            assertThat(found).isEqualTo(new Percentiles(0, 0, 0, 0, 0, 0));
            return;
        }
        assertThat(found.averageMs())
                .isEqualTo(millis.stream().mapToLong(it -> it).sum() / millis.size());
        assertThat(found.maxMs()).isEqualTo(millis.getLast());
        checkPercentile(millis, 50, found.p50Ms());
        checkPercentile(millis, 95, found.p95Ms());
        checkPercentile(millis, 99, found.p99Ms());
    }

    private static void checkPercentile(List<Long> millis, int percent, long found) {
        double exact = millis.get(Math.ceilDiv(millis.size() * percent, 100) - 1);
        if (exact > 32 && exact <= 524_288) {
            assertThat((double) found)
                    .isBetween(exact / PRECISION - ROUNDED_MS, exact * PRECISION + ROUNDED_MS);
        }
    }
}
