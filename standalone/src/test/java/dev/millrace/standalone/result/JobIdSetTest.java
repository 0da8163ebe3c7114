package dev.millrace.standalone.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobIdSetTest {
    private static final int MANY = 10_000;

    private static String id(int i) {
        return JobId.of("t", "b", "custom-" + i).value();
    }

    @Test
    void hasExactlyTheIdsThatWereAdded() {
        var set = new JobIdSet();
        for (int i = 0; i < MANY; i++) {
            set.add(id(i));
            set.add(id(i));
        }
        for (int i = 0; i < MANY; i++) {
            assertThat(set.contains(id(i))).isTrue();
            assertThat(set.contains(id(MANY + i))).isFalse();
        }
    }

    @Test
    void tellsIdsOfEqualHalvesApart() {
        String a = "0000000000000001";
        String b = "0000000000000002";
        String zeros = "0000000000000000";
        List<String> ids = List.of(a + b, b + a, a + a, zeros + a, a + zeros, zeros + zeros);
        var set = new JobIdSet();
        for (String id : ids) {
            assertThat(set.contains(id)).isFalse();
            set.add(id);
            assertThat(set.contains(id)).isTrue();
        }
    }
}
