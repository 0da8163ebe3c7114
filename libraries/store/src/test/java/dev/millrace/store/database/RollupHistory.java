package dev.millrace.store.database;

import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.result.Route;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One writer's random history: transactions of late, repeated and unordered cost events, whose
 * commits may fail before or after they take effect.
 */
public final class RollupHistory {
    private final Random random;
    private final FlakyCommits dialect;
    private final DatabaseWriter writer;
    private final PartitionId partition;
    private final List<Row.Cost> stored = new ArrayList<>();
    private long offset;

    /** Creates a history that stores one partition. */
    public RollupHistory(String url, long seed, int partition) throws DatabaseException {
        this.random = new Random(seed);
        this.dialect = new FlakyCommits(Database.of(url).dialect());
        this.writer = new DatabaseWriter(new Database(url, dialect), InstantSource.fixed(NOON));
        this.partition = new PartitionId("cluster", "millrace.costs", "topic-id-c", partition);
        writer.add(Map.of(this.partition, 0L));
    }

    /** Stores some transactions, each until it succeeds. */
    public void run(int transactions) {
        for (int i = 0; i < transactions; i++) {
            List<Row> rows = rows();
            var transaction =
                    new StoreTransaction(
                            rows,
                            List.of(new OffsetChange(partition, offset, offset + rows.size())));
            dialect.next =
                    switch (random.nextInt(4)) {
                        case 0 -> FlakyCommits.Moment.BEFORE;
                        case 1 -> FlakyCommits.Moment.AFTER;
                        default -> null;
                    };
            boolean fails = dialect.next != null;
            WriteOutcome outcome = writer.store(transaction);
            if (fails) {
                assertThat(outcome).isInstanceOf(WriteOutcome.Failed.class);
                outcome = writer.store(transaction);
            }
            assertThat(outcome).isInstanceOf(WriteOutcome.Done.class);
            offset += rows.size();
        }
        writer.close();
    }

    private List<Row> rows() {
        var rows = new ArrayList<Row>();
        int count = 1 + random.nextInt(100);
        for (int i = 0; i < count; i++) {
            if (!stored.isEmpty() && random.nextInt(3) == 0) {
                rows.add(stored.get(random.nextInt(stored.size())));
            } else {
                var row = new Row.Cost(position(), event());
                stored.add(row);
                rows.add(row);
            }
        }
        if (random.nextInt(4) == 0) {
            byte[] value = result("b", random.nextInt(1_000_000), "x");
            rows.add(new Row.Result(position(), ResultView.read(value), value));
        }
        return rows;
    }

    /** Returns a position whose time is in one of a few minutes of three days. */
    private RecordPosition position() {
        Instant time =
                NOON.minus(Duration.ofDays(random.nextInt(3)))
                        .minus(Duration.ofMinutes(random.nextInt(3)))
                        .plusMillis(random.nextInt(120_000));
        return new RecordPosition(partition, random.nextInt(1_000_000), time);
    }

    private CostEvent event() {
        JobId job = JobId.of("t", "b", partition.number() + "-" + random.nextInt(10_000));
        boolean isFinal = random.nextBoolean();
        int cached = random.nextInt(5);
        int hour = random.nextInt(5);
        return new CostEvent(
                CostEvent.idOf(job, random.nextInt(3)),
                isFinal,
                new BatchJob(job, random.nextBoolean() ? "t" : "u\uD800", "b"),
                null,
                new Route(name(), name()),
                new AttemptCost(
                        name(),
                        name(),
                        1,
                        List.of(CostKind.values()).get(random.nextInt(4)),
                        new PricedUsage(
                                new TokenUsage(
                                        100 + cached + hour,
                                        cached,
                                        5 + hour,
                                        hour,
                                        30,
                                        random.nextInt(30)),
                                ServiceUse.NONE,
                                null,
                                null,
                                null,
                                random.nextBoolean() ? money() : null),
                        money(),
                        money(),
                        random.nextInt(4) == 0),
                BigDecimal.ZERO,
                isFinal && random.nextInt(5) > 0 ? end() : null);
    }

    private JobEnd end() {
        return new JobEnd(
                new Route(name(), name()),
                Lane.NORMAL,
                name(),
                random.nextInt(3),
                money(),
                new JobTimes(random.nextLong(1_000_000), random.nextInt(1_000), null),
                List.of("miss", "hit", "stale", "collapsed").get(random.nextInt(4)));
    }

    private @Nullable String name() {
        return switch (random.nextInt(3)) {
            case 0 -> "a";
            case 1 -> "b\0";
            default -> null;
        };
    }

    private BigDecimal money() {
        return BigDecimal.valueOf(random.nextLong(1_000_000_000_000L), random.nextInt(20));
    }
}
