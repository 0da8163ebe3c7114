package dev.millrace.contracts.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JobIdTest {
    @Test
    void isStableAcrossVersions() {
        assertThat(JobId.of("default", "default", "ticket-17").value())
                .isEqualTo("e214384fdd9d83035ef23ada1759e499");
    }

    @Test
    void partsDifferInEverythingThatTheyAreMadeOf() {
        JobId job = JobId.of("default", "default", "ticket-17");
        byte[] body = {1};

        assertThat(JobId.ofPart(job, 0, 0, body)).isEqualTo(JobId.ofPart(job, 0, 0, body));
        assertThat(
                        Set.of(
                                job,
                                JobId.ofPart(job, 0, 0, body),
                                JobId.ofPart(job, 1, 0, body),
                                JobId.ofPart(job, 0, 1, body),
                                JobId.ofPart(job, 0, 0, new byte[] {2}),
                                JobId.ofPart(JobId.ofPart(job, 0, 0, body), 0, 0, body)))
                .hasSize(6);
    }

    @Property
    void isEqualForTheSameJob(
            @ForAll String tenant, @ForAll String batch, @ForAll String customId) {
        assertThat(JobId.of(tenant, batch, customId)).isEqualTo(JobId.of(tenant, batch, customId));
    }

    @Property
    void distinguishesWhereOneNameEndsAndTheNextBegins(@ForAll String a, @ForAll String b) {
        Assume.that(!b.isEmpty());

        assertThat(JobId.of(a, b, "c")).isNotEqualTo(JobId.of(a + b, "", "c"));
        assertThat(JobId.of("c", a, b)).isNotEqualTo(JobId.of("c", a + b, ""));
    }

    @Test
    void otherTextIsRejected() {
        assertThatThrownBy(() -> new JobId("ABCDEF00112233445566778899aabbcc"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new JobId("00")).isInstanceOf(IllegalArgumentException.class);
    }
}
