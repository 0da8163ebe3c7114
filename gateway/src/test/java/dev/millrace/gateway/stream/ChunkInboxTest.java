package dev.millrace.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.chunk.Chunk;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChunkInboxTest {
    private static final int SIZE = 10_000;

    /** Room for four chunks of all inboxes, two of them of one tenant. */
    private final ChunkMemory memory = new ChunkMemory(4 * SIZE + 2_000);

    private final ChunkInbox inbox = new ChunkInbox(memory, "acme");
    private final ChunkInbox other = new ChunkInbox(memory, "acme");

    private static Chunk chunk(int number) {
        return new Chunk(1, number, new Chunk.Event("", new byte[SIZE]));
    }

    private static int sequence(ChunkInbox inbox) throws InterruptedException {
        return inbox.take(Duration.ZERO).map(Chunk::sequence).orElse(-1);
    }

    @Test
    void inboxesOfATenantShareItsMemory() throws Exception {
        inbox.add(chunk(0));
        inbox.add(chunk(1));

        other.add(chunk(0));

        assertThat(sequence(other)).isEqualTo(-1);
        assertThat(memory.overflowed()).isEqualTo(1);
        assertThat(memory.held()).isBetween(2L * SIZE, memory.maxBytes());
        assertThat(sequence(inbox)).isZero();
    }

    @Test
    void slowClientsOfATenantLeaveMemoryToOthers() throws Exception {
        for (int i = 0; i < 4; i++) {
            inbox.add(chunk(i));
        }
        var ofOthers = new ChunkInbox(memory, "globex");

        ofOthers.add(chunk(0));

        assertThat(sequence(ofOthers)).isZero();
    }

    @Test
    void whatAClientHasBeenSentIsFree() throws Exception {
        inbox.add(chunk(0));
        inbox.add(chunk(1));
        assertThat(sequence(inbox)).isZero();

        other.add(chunk(0));

        assertThat(sequence(other)).isZero();
    }

    @Test
    void chunksAfterALostOneAreLostToo() throws Exception {
        inbox.add(chunk(0));
        inbox.add(chunk(1));
        inbox.add(chunk(2));
        assertThat(sequence(inbox)).isZero();

        inbox.add(chunk(3));

        assertThat(sequence(inbox)).isEqualTo(1);
        assertThat(sequence(inbox)).isEqualTo(-1);
        assertThat(memory.overflowed()).isEqualTo(2);
    }

    @Test
    void closedInboxHoldsNothing() {
        inbox.add(chunk(0));
        inbox.close();

        inbox.add(chunk(1));

        assertThat(memory.held()).isZero();
        assertThat(memory.overflowed()).isZero();
    }
}
