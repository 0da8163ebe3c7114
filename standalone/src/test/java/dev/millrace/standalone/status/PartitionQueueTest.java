package dev.millrace.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.client.RecordCounter.Range;
import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Snapshot;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PartitionQueueTest {
    @Nested
    class APartitionWithoutACommittedOffset {
        @Test
        void countsEveryOffsetAsWaiting() {
            assertThat(PartitionQueue.of(new Range(5, 12), null))
                    .isEqualTo(new PartitionQueue(Backlog.NONE, new Range(5, 12)));
        }
    }

    @Nested
    class APartitionWithALedger {
        @Test
        void countsRunningJobsSeparatelyAndFinishedJobsNotAtAll() {
            var ledger = PartitionLedger.fresh(new LedgerLimits(4_000, 6), 0);
            for (int offset = 0; offset < 10; offset++) {
                var _ = ledger.take(offset, 0);
            }
            for (int offset = 3; offset <= 5; offset++) {
                var _ = ledger.start(offset);
            }
            ledger.finish(5);
            Snapshot snapshot = ledger.snapshot();

            PartitionQueue queue =
                    PartitionQueue.of(
                            new Range(0, 30),
                            new OffsetAndMetadata(snapshot.offset(), snapshot.metadata()));

            assertThat(queue).isEqualTo(new PartitionQueue(new Backlog(7, 2), new Range(10, 30)));
        }
    }

    @Nested
    class APartitionWithAnUnreadableLedger {
        @Test
        void countsEveryOffsetFromTheCommittedOneAsWaiting() {
            assertThat(PartitionQueue.of(new Range(0, 12), new OffsetAndMetadata(8, "?")))
                    .isEqualTo(new PartitionQueue(Backlog.NONE, new Range(8, 12)));
        }
    }
}
