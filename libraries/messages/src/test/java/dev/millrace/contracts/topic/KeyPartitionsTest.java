package dev.millrace.contracts.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPartitionsTest {
    private final KeyPartitions partitions = new KeyPartitions(4);

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "3, 3", "4, 4", "5, 4", "100, 4"})
    void keysSelectFromThePlannedPartitionsThatExist(int found, int count) {
        assertThat(partitions.count(found)).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 8, 100})
    void addedPartitionsMoveNoKey(int found) {
        for (int i = 0; i < 1_000; i++) {
            var job = JobId.of("t", "b", "job-" + i);

            assertThat(partitions.of(job.value().getBytes(UTF_8), found))
                    .isEqualTo(job.partition(4));
        }
    }
}
