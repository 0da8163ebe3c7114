package dev.millrace.sink;

import static dev.millrace.sink.fixture.Records.cost;
import static dev.millrace.sink.fixture.Records.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sink.fixture.Cluster;
import dev.millrace.sink.fixture.RollupSumsCheck;
import dev.millrace.sink.fixture.TestDatabase;
import dev.millrace.sink.fixture.TestFolder;
import dev.millrace.sink.store.BatchKey;
import dev.millrace.sink.store.BatchSummary;
import dev.millrace.sink.store.ResultStore;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Runs random histories of polls, crashes and competing sinks, and checks that each result is
 * stored once and each sum is exact, also in rollups.
 */
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

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Integer> sinks = Arbitraries.integers().between(0, SINKS - 1);
        Arbitrary<Step> finish = Arbitraries.integers().between(1, 9).map(Finish::new);
        Arbitrary<Step> take =
                Combinators.combine(sinks, Arbitraries.integers().between(1, 5)).as(Take::new);
        Arbitrary<Step> kill = sinks.map(Kill::new);
        return Arbitraries.frequencyOf(Tuple.of(3, finish), Tuple.of(8, take), Tuple.of(2, kill))
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property(tries = 60)
    void storesEachResultOnce(@ForAll("histories") List<Step> steps) throws Exception {
        try (var folder = TestFolder.create()) {
            new History(TestDatabase.sqlite(folder.path())).run(steps);
        }
    }

    private static final class History {
        private final TestDatabase database;
        private final Cluster cluster = new Cluster(2);
        private final LoopFixture[] sinks = new LoopFixture[SINKS];
        private int finished;
        private BigDecimal spent = BigDecimal.ZERO;

        History(TestDatabase database) {
            this.database = database;
            for (int i = 0; i < SINKS; i++) {
                sinks[i] = new LoopFixture(cluster, database);
            }
        }

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
                    sinks[sink] = new LoopFixture(cluster, database);
                }
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
            try (var store = ResultStore.open(database.url())) {
                BatchSummary summary = store.summary(BatchKey.of("b"));
                assertThat(summary.results()).isEqualTo(finished);
                assertThat(summary.billedUsd()).isEqualByComparingTo(spent);
                assertThat(summary.usage().inputTokens()).isEqualTo(100L * finished);
            }
            RollupSumsCheck.check(database);
        }
    }
}
