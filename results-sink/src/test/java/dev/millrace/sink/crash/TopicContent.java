package dev.millrace.sink.crash;

import static dev.millrace.sink.fixture.ResultTopics.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.fixture.RollupSumsCheck;
import dev.millrace.store.fixture.TestDatabase;
import java.math.BigDecimal;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The committed records of the topics and their sums, read without the sink's code. */
final class TopicContent {
    private static final Duration POLL = Duration.ofMillis(100);

    /** The hash of each job's last result. */
    private final Map<String, Integer> results = new HashMap<>();

    /** The cost of each event, by job and event. */
    private final Map<String, BigDecimal> costs = new HashMap<>();

    private long inputTokens;

    private TopicContent() {}

    static TopicContent read(String bootstrapServers, int partitions) {
        var content = new TopicContent();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "isolation.level",
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> names =
                    Stream.of(TOPICS.results(), TOPICS.costs())
                            .flatMap(
                                    topic ->
                                            IntStream.range(0, partitions)
                                                    .mapToObj(i -> new TopicPartition(topic, i)))
                            .toList();
            consumer.assign(names);
            consumer.seekToBeginning(names);
            Map<TopicPartition, Long> ends = consumer.endOffsets(names);
            while (ends.entrySet().stream()
                    .anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
                consumer.poll(POLL).forEach(content::add);
            }
        }
        return content;
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(TOPICS.results())) {
            results.put(ResultView.read(record.value()).jobId(), Arrays.hashCode(record.value()));
        } else {
            CostEvent event = CostEventCodec.read(record.value());
            var earlier = costs.put(event.jobId().value() + " " + event.eventId(), event.costUsd());
            assertThat(earlier).as("an event that was produced twice").isNull();
            inputTokens += event.usage().inputTokens();
        }
    }

    long results() {
        return results.size();
    }

    long costs() {
        return costs.size();
    }

    BigDecimal usd() {
        return costs.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Checks that the tables contain each record once, and that rollups are the exact sums. */
    void assertStoredIn(TestDatabase database) throws SQLException {
        var storedResults = new HashMap<String, Integer>();
        var storedCosts = new HashMap<String, BigDecimal>();
        BigDecimal rollupUsd = BigDecimal.ZERO;
        try (var connection = DriverManager.getConnection(database.url());
                var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("SELECT job_id, value FROM results")) {
                while (rows.next()) {
                    storedResults.put(rows.getString(1), Arrays.hashCode(rows.getBytes(2)));
                }
            }
            try (var rows =
                    statement.executeQuery("SELECT job_id, event_id, cost_usd FROM costs")) {
                while (rows.next()) {
                    var twice =
                            storedCosts.put(
                                    rows.getString(1) + " " + rows.getString(2),
                                    new BigDecimal(rows.getString(3)));
                    assertThat(twice).as("an event that is stored twice").isNull();
                }
            }
            try (var rows =
                    statement.executeQuery(
                            "SELECT billed_usd, input_tokens, uncertain_usd FROM rollups"
                                    + " WHERE period = 'day'")) {
                long tokens = 0;
                while (rows.next()) {
                    rollupUsd =
                            rollupUsd
                                    .add(new BigDecimal(rows.getString(1)))
                                    .add(new BigDecimal(rows.getString(3)));
                    tokens += rows.getLong(2);
                }
                assertThat(tokens).as("tokens of the rollups").isEqualTo(inputTokens);
            }
        }
        assertThat(rollupUsd).as("cost of the rollups").isEqualByComparingTo(usd());
        assertThat(storedResults).isEqualTo(results);
        assertThat(storedCosts)
                .usingComparatorForType(BigDecimal::compareTo, BigDecimal.class)
                .hasSameSizeAs(costs)
                .allSatisfy((event, usd) -> assertThat(usd).isEqualByComparingTo(costs.get(event)));
        assertThat(database.rows("SELECT COUNT(*) FROM unreadable")).containsExactly("0");
        RollupSumsCheck.check(database);
    }
}
