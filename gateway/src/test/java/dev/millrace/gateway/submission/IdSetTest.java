package dev.millrace.gateway.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class IdSetTest {
    @Test
    void setOfIdsIsExact() {
        var ids = new IdSet();
        var expected = new HashSet<JobId>();
        for (int i = 0; i < 20_000; i++) {
            JobId id = JobId.of("t", "b", Integer.toString(i % 15_000));
            assertThat(ids.add(id)).isEqualTo(expected.add(id));
        }
    }
}
