package dev.millrace.sink.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sink.fixture.TestDatabase;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checks that rollups equal the sums over the stored events, by code of its own. */
final class RollupSumsCheck {
    private static final int BUCKETS = 30;

    /** Sums before the buckets: counters and two amounts. */
    private static final String SUMS =
            "requests, failures, billed_events, uncertain_events, saved_events, input_tokens,"
                    + " cached_input_tokens, cache_write_tokens, cache_write_1h_tokens,"
                    + " output_tokens, reasoning_tokens, called_requests, upstream_ms, queued_ms,"
                    + " cache_hits, collapsed, cost_usd, saved_usd";

    private static final int SUM_COUNT = SUMS.split(", ?", -1).length;

    private RollupSumsCheck() {}

    static void check(TestDatabase database) throws SQLException {
        Map<String, List<BigDecimal>> expected = expected(database);
        assertThat(found(database)).isEqualTo(expected);
    }

    private static Map<String, List<BigDecimal>> found(TestDatabase database) throws SQLException {
        var columns = new StringBuilder(SUMS);
        for (int i = 0; i < BUCKETS; i++) {
            columns.append(", calls_").append(i < 10 ? "0" : "").append(i);
        }
        var found = new TreeMap<String, List<BigDecimal>>();
        for (String row :
                database.rows(
                        "SELECT period, starts_at, tenant, model, provider, routed_by, routed_to, "
                                + columns
                                + " FROM rollups")) {
            String[] cells = row.split("\\|", -1);
            cells[1] = utc(cells[1]);
            found.put(
                    String.join("|", List.of(cells).subList(0, 7)),
                    Arrays.stream(cells).skip(7).map(RollupSumsCheck::number).toList());
        }
        return found;
    }

    private static Map<String, List<BigDecimal>> expected(TestDatabase database)
            throws SQLException {
        var sums = new TreeMap<String, List<BigDecimal>>();
        for (String row :
                database.rows(
                        "SELECT recorded_at, tenant, COALESCE(model, ''), COALESCE(provider, ''),"
                                + " CASE WHEN is_final THEN COALESCE(routed_by, '') ELSE '' END,"
                                + " CASE WHEN is_final THEN COALESCE(routed_to, '') ELSE '' END,"
                                + " CASE WHEN is_final THEN 1 ELSE 0 END,"
                                + " CASE WHEN is_final AND error_code IS NOT NULL THEN 1 ELSE 0 END,"
                                + " CASE WHEN kind = 'billed' THEN 1 ELSE 0 END,"
                                + " CASE WHEN kind = 'uncertain' THEN 1 ELSE 0 END,"
                                + " CASE WHEN kind = 'saved' THEN 1 ELSE 0 END,"
                                + " input_tokens, cached_input_tokens, cache_write_tokens,"
                                + " cache_write_1h_tokens, output_tokens, reasoning_tokens,"
                                + " CASE WHEN is_final AND attempts > 0 THEN 1 ELSE 0 END,"
                                + " CASE WHEN is_final AND attempts > 0 THEN upstream_ms ELSE 0 END,"
                                + " CASE WHEN is_final AND attempts > 0 THEN queued_ms ELSE 0 END,"
                                + " CASE WHEN is_final AND cache IN ('hit', 'stale') THEN 1 ELSE 0 END,"
                                + " CASE WHEN is_final AND cache = 'collapsed' THEN 1 ELSE 0 END,"
                                + " cost_usd, saved_usd FROM costs")) {
            String[] cells = row.split("\\|", -1);
            var numbers =
                    new ArrayList<>(
                            Arrays.stream(cells).skip(6).map(RollupSumsCheck::number).toList());
            numbers.addAll(buckets(numbers));
            String time = utc(cells[0]);
            String dimensions = "|" + String.join("|", List.of(cells).subList(1, 6));
            add(sums, "minute|" + time.substring(0, 16) + ":00Z" + dimensions, numbers);
            add(sums, "hour|" + time.substring(0, 13) + ":00:00Z" + dimensions, numbers);
            add(sums, "day|" + time.substring(0, 10) + "T00:00:00Z" + dimensions, numbers);
        }
        return sums;
    }

    private static List<BigDecimal> buckets(List<BigDecimal> numbers) {
        var buckets = new ArrayList<BigDecimal>();
        double millis = numbers.get(12).doubleValue();
        for (int i = 0; i < BUCKETS; i++) {
            double low = i == 0 ? -1 : Math.rint(32 * Math.pow(2, (i - 1) / 2.0));
            double high =
                    i == BUCKETS - 1 ? Double.MAX_VALUE : Math.rint(32 * Math.pow(2, i / 2.0));
            boolean isIn = millis > low && millis <= high && numbers.get(11).signum() > 0;
            buckets.add(isIn ? BigDecimal.ONE : BigDecimal.ZERO);
        }
        return buckets;
    }

    private static void add(
            Map<String, List<BigDecimal>> sums, String key, List<BigDecimal> numbers) {
        sums.merge(
                key,
                numbers.stream().map(RollupSumsCheck::normalised).toList(),
                (left, right) -> {
                    var both = new ArrayList<BigDecimal>();
                    for (int i = 0; i < SUM_COUNT + BUCKETS; i++) {
                        both.add(normalised(left.get(i).add(right.get(i))));
                    }
                    return both;
                });
    }

    private static BigDecimal number(String cell) {
        return normalised(new BigDecimal(cell));
    }

    private static BigDecimal normalised(BigDecimal number) {
        return number.stripTrailingZeros();
    }

    /** Returns a time of either database as RFC 3339 text in UTC. */
    private static String utc(String time) {
        String text = time.replace(' ', 'T');
        String zoned = text.matches(".*[+-]\\d\\d") ? text + ":00" : text;
        return OffsetDateTime.parse(zoned)
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toInstant()
                .toString();
    }
}
