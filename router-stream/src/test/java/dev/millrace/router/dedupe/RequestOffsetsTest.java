package dev.millrace.router.dedupe;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.router.dedupe.RequestOffsets.LostOffsetException;
import dev.millrace.router.message.RoutingMessage.Origin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RequestOffsetsTest {
    private static final String TOPIC = "requests";
    private static final String OTHER_TOPIC = "acme.requests";

    private final KeyValueStore<Bytes, byte[]> entries = InMemorySeenJobs.store();
    private Uuid topicId = Uuid.ONE_UUID;
    private RequestOffsets offsets = task(false);

    private RequestOffsets task(boolean acceptResend) {
        return new RequestOffsets(entries, _ -> topicId, acceptResend);
    }

    /** Commits, and starts the next task of the partition. */
    private void restart(boolean acceptResend) {
        offsets.flush();
        offsets = task(acceptResend);
    }

    private void read(long from, long to) {
        for (long offset = from; offset <= to; offset++) {
            offsets.onRequest(new Origin(TOPIC, 3, offset));
        }
    }

    private void assertStops(long offset) {
        assertThatThrownBy(() -> read(offset, offset))
                .isInstanceOf(LostOffsetException.class)
                .hasMessageContaining("requests-3")
                .hasMessageContaining("--accept-resend");
    }

    private void assertContinues(long offset) {
        assertThatCode(() -> read(offset, offset)).doesNotThrowAnyException();
    }

    @Nested
    class AtTheCommittedOffset {
        @BeforeEach
        void read() {
            RequestOffsetsTest.this.read(0, 9);
            restart(false);
        }

        @Test
        void partitionContinues() {
            assertContinues(10);
        }

        @Test
        void partitionContinuesAfterTransactionMarkers() {
            assertContinues(14);
        }
    }

    @Nested
    class WhenTheOffsetIsLostOrSetBack {
        @BeforeEach
        void read() {
            RequestOffsetsTest.this.read(5, 9);
            restart(false);
        }

        @Test
        void firstRecordThatIsReadAgainStopsTheRouter() {
            assertStops(5);
        }

        @Test
        void lastHandledRecordStopsTheRouter() {
            assertStops(9);
        }

        @Test
        void runningTaskThatIsSetBackStops() {
            assertContinues(10);
            assertStops(9);
        }

        @Test
        void otherRequestTopicContinues() {
            assertThatCode(() -> offsets.onRequest(new Origin(OTHER_TOPIC, 3, 0)))
                    .doesNotThrowAnyException();
        }

        @Test
        void recreatedTopicIsReadFromItsBeginning() {
            topicId = new Uuid(1, 2);

            assertContinues(0);
        }

        @Test
        void acceptResendReadsTheRestAgainAndOnlyOnce() {
            restart(true);
            assertContinues(5);
            assertContinues(6);

            restart(false);
            assertContinues(7);
            assertStops(6);
        }
    }

    @Test
    void newPartitionIsReadFromItsFirstRecord() {
        assertContinues(4);
    }

    /** An abort also loses what the task stored since its last commit. */
    @Test
    void abortedRequestIsHandledByTheNextTask() {
        read(0, 9);
        offsets = task(false);

        assertContinues(0);
    }
}
