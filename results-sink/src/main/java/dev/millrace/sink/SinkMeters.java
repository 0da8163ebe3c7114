package dev.millrace.sink;

import dev.millrace.store.row.Row;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The sink's metrics. {@code docs/metrics.md} lists them. Updated by the sink's thread only. */
final class SinkMeters {
    private final Counter results;
    private final Counter costs;
    private final Counter deadLetters;
    private final Counter manifests;
    private final Counter unreadable;
    private final Counter failures;
    private final Timer transactions;
    private final AtomicLong backlog = new AtomicLong();
    private final AtomicLong stopped = new AtomicLong();
    private final CostMeters money;

    SinkMeters(MeterRegistry registry) {
        results = rows(registry, "result");
        costs = rows(registry, "cost");
        deadLetters = rows(registry, "dead_letter");
        manifests = rows(registry, "manifest");
        unreadable = rows(registry, "unreadable");
        failures =
                Counter.builder("millrace.sink.failures")
                        .description("Database transactions that failed and were retried")
                        .register(registry);
        transactions =
                Timer.builder("millrace.sink.transactions")
                        .description("Database transactions that stored rows")
                        .register(registry);
        Gauge.builder("millrace.sink.backlog", backlog, AtomicLong::get)
                .description("Records of the read topics that are not read yet")
                .register(registry);
        Gauge.builder("millrace.sink.stopped.partitions", stopped, AtomicLong::get)
                .description("Partitions stopped by lost or unreadable records")
                .register(registry);
        money = new CostMeters(registry);
    }

    private static Counter rows(MeterRegistry registry, String kind) {
        return Counter.builder("millrace.sink.rows")
                .description("Records stored")
                .tag("kind", kind)
                .register(registry);
    }

    void stored(List<Row> rows, Duration took) {
        transactions.record(took);
        for (Row row : rows) {
            counter(row).increment();
            if (row instanceof Row.Cost cost) {
                money.onStored(cost.event());
            }
        }
    }

    /** Sets the number of records that are not read yet. */
    void onBacklog(long records) {
        backlog.set(records);
    }

    /** Sets the number of partitions that are stopped until an operator decides. */
    void onStopped(long partitions) {
        stopped.set(partitions);
    }

    void failed() {
        failures.increment();
    }

    private Counter counter(Row row) {
        return switch (row) {
            case Row.Result _ -> results;
            case Row.Cost _ -> costs;
            case Row.Letter _ -> deadLetters;
            case Row.Manifest _ -> manifests;
            case Row.Unreadable _ -> unreadable;
        };
    }
}
