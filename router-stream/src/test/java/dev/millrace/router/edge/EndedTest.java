package dev.millrace.router.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class EndedTest {
    private static final byte[] KEY = {1};
    private static final Ended ENDED = new Ended(new byte[] {2}, 3);

    @Test
    void goesToThePartitionOfItsRequest() {
        assertThat(Ended.SAME_PARTITION.partitions("results", KEY, ENDED, 4)).contains(Set.of(3));
    }

    @Test
    void goesByItsKeyWhereThatPartitionIsMissing() {
        assertThat(Ended.SAME_PARTITION.partitions("results", KEY, ENDED, 3)).isEmpty();
    }
}
