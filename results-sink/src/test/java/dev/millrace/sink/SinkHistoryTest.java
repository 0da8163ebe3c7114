package dev.millrace.sink;

import static dev.millrace.sink.fixture.Cluster.TOPICS;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.results.BatchKey;
import dev.millrace.results.fixture.BatchTotals;
import dev.millrace.sink.fixture.Cluster;
import dev.millrace.store.fixture.RollupSumsCheck;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.fixture.TestFolder;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import org.apache.kafka.common.TopicPartition;

/**
 * Runs random histories of polls, crashes and competing sinks. Checks that each result is stored
 * once and that each sum is exact, including rollups.
 */
@Tag("slow")
class SinkHistoryTest {
    private static final int SINKS = 2;

    /** A step of a history. */
    sealed interface Step {}

    /** Workers finish the given number of jobs. */
    record Finish(int jobs) implements Step {}

    /** One sink polls at most the given number of records per partition and stores them. */
    record Take(int sink, int records) implements Step {}

    /** One sink is killed, and another one replaces it. */
    record Kill(int sink) implements Step {}

    /**
     * The group assigns partitions. Bit i of a mask means partition i of each topic. If both masks
     * have a bit, the first sink was suspended and does not know that its partition was reassigned.
     */
    record Rebalance(int first, int second) implements Step {}

    @Provide
    Arbitrary<List<Step>> histories() {
        return steps().list().ofMinSize(1).ofMaxSize(40);
    }

    private static Arbitrary<Step> steps() {
        Arbitrary<Integer> sinks = Arbitraries.integers().between(0, SINKS - 1);
        Arbitrary<Step> finish = Arbitraries.integers().between(1, 9).map(Finish::new);
        Arbitrary<Step> take =
                Combinators.combine(sinks, Arbitraries.integers().between(1, 5)).as(Take::new);
        Arbitrary<Step> kill = sinks.map(Kill::new);
        return Arbitraries.frequencyOf(Tuple.of(3, finish), Tuple.of(8, take), Tuple.of(2, kill));
    }

    @Provide
    Arbitrary<List<Step>> groupHistories() {
        Arbitrary<Integer> masks = Arbitraries.integers().between(0, 3);
        Arbitrary<Step> rebalance = Combinators.combine(masks, masks).as(Rebalance::new);
        return Arbitraries.frequencyOf(Tuple.of(4, steps()), Tuple.of(1, rebalance))
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 60)
    void sinksInAGroupStoreEachResultOnce(@ForAll("groupHistories") List<Step> steps)
            throws Exception {
        try (var folder = TestFolder.create()) {
            var history = new GroupHistory(TestDatabase.sqlite(folder.path()));
            history.run(steps);
            history.checkThatSinksAreAlive();
        }
    }

    @Property(tries = 60)
    void storesEachResultOnce(@ForAll("histories") List<Step> steps) throws Exception {
        try (var folder = TestFolder.create()) {
            new History(TestDatabase.sqlite(folder.path())).run(steps);
        }
    }

    private static class History {
        final TestDatabase database;
        final Cluster cluster = new Cluster(2);
        final LoopFixture[] sinks = new LoopFixture[SINKS];
        private int finished;
        private BigDecimal spent = BigDecimal.ZERO;

        History(TestDatabase database) {
            this.database = database;
            for (int i = 0; i < SINKS; i++) {
                sinks[i] = newSink();
            }
        }

        LoopFixture newSink() {
            return new LoopFixture(cluster, database);
        }

        void onRebalance(Rebalance it) {}

        void run(List<Step> steps) throws Exception {
            steps.forEach(this::take);
            for (LoopFixture sink : sinks) {
                sink.crash();
            }
            var last = new LoopFixture(cluster, database);
            last.turns(2);
            last.crash();
            check();
        }

        private void take(Step step) {
            switch (step) {
                case Finish(int jobs) -> {
                    for (int i = 0; i < jobs; i++) {
                        finishOne();
                    }
                }
                case Take(int sink, int records) -> {
                    if (sinks[sink].loop.health().live()) {
                        sinks[sink].consumer.limit(records);
                        sinks[sink].loop.runOnce();
                    }
                }
                case Kill(int sink) -> {
                    sinks[sink].crash();
                    sinks[sink] = newSink();
                }
                case Rebalance it -> onRebalance(it);
            }
        }

        private void finishOne() {
            finished++;
            String usd = "0.00000000" + finished;
            spent = spent.add(new BigDecimal(usd));
            cluster.produceResult(finished % 2, result("b", finished, "answer " + finished));
            cluster.produceCost((finished + 1) % 2, cost("b", finished, usd));
        }

        private void check() throws Exception {
            BatchTotals totals = BatchTotals.of(database.url(), BatchKey.of("b"));
            assertThat(totals.results()).isEqualTo(finished);
            assertThat(totals.billedUsd()).isEqualByComparingTo(spent);
            assertThat(totals.usage().inputTokens()).isEqualTo(100L * finished);
            RollupSumsCheck.check(database);
        }
    }

    /** A history of sinks that read the partitions assigned by the group. */
    private static final class GroupHistory extends History {
        GroupHistory(TestDatabase database) {
            super(database);
        }

        /** Returns a sink that has joined the group. */
        @Override
        LoopFixture newSink() {
            var sink = LoopFixture.inGroup(cluster, database);
            sink.turns(1);
            return sink;
        }

        @Override
        void onRebalance(Rebalance it) {
            sinks[0].assign(partitions(it.first()));
            sinks[1].assign(partitions(it.second()));
        }

        private static List<TopicPartition> partitions(int mask) {
            return Stream.of(TOPICS.results(), TOPICS.costs(), TOPICS.deadLetters())
                    .flatMap(
                            topic ->
                                    IntStream.range(0, 2)
                                            .filter(i -> (mask & (1 << i)) != 0)
                                            .mapToObj(i -> new TopicPartition(topic, i)))
                    .toList();
        }

        void checkThatSinksAreAlive() {
            for (LoopFixture sink : sinks) {
                assertThat(sink.loop.health().live()).isTrue();
            }
        }
    }
}
