package dev.millrace.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.client.RecordCount;
import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Snapshot;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BacklogTest {
    @Nested
    class APartitionWithoutACommittedOffset {
        @Test
        void countsEveryOffsetAsWaiting() {
            assertThat(Backlog.of(5, 12, null)).isEqualTo(new Backlog(new RecordCount(7, true), 0));
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

            Backlog backlog =
                    Backlog.of(
                            0, 30, new OffsetAndMetadata(snapshot.offset(), snapshot.metadata()));

            assertThat(backlog).isEqualTo(new Backlog(new RecordCount(7 + 20, true), 2));
        }
    }

    @Nested
    class APartitionWithAnUnreadableLedger {
        @Test
        void countsEveryOffsetFromTheCommittedOneAsWaiting() {
            assertThat(Backlog.of(0, 12, new OffsetAndMetadata(8, "?")))
                    .isEqualTo(new Backlog(new RecordCount(4, true), 0));
        }
    }
}
