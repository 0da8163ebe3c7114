package dev.millrace.contracts.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.Lane;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TopicsTest {
    private final Topics topics = new Topics("millrace.");

    @Test
    void namesStartWithThePrefix() {
        assertThat(topics.requests()).isEqualTo("millrace.requests");
        assertThat(topics.results()).isEqualTo("millrace.results");
        assertThat(topics.costs()).isEqualTo("millrace.costs");
        assertThat(topics.deadLetters()).isEqualTo("millrace.dead-letters");
        assertThat(topics.batches()).isEqualTo("millrace.batches");
        assertThat(topics.submissions()).isEqualTo("millrace.submissions");
        assertThat(topics.control()).isEqualTo("millrace.control");
        assertThat(topics.quota()).isEqualTo("millrace.quota");
        assertThat(topics.lookups()).isEqualTo("millrace.lookups");
        assertThat(topics.chunks()).isEqualTo("millrace.chunks");
        assertThat(topics.answers()).isEqualTo("millrace.answers");
        assertThat(topics.parts()).isEqualTo("millrace.parts");
        assertThat(topics.budgetReports()).isEqualTo("millrace.budget-reports");
        assertThat(topics.budgetGrants()).isEqualTo("millrace.budget-grants");
        assertThat(topics.jobs("gpt-4.1", Lane.NORMAL)).isEqualTo("millrace.jobs.gpt-4.1.normal");
    }

    @Property
    void everyJobTopicNameIsLegal(@ForAll @NotBlank @StringLength(max = 200) String model) {
        assertThat(topics.jobs(model, Lane.NORMAL)).matches("[a-zA-Z0-9._-]{1,249}");
    }

    @Test
    void aTooLongNameIsRejected() {
        assertThatThrownBy(() -> topics.jobs("x".repeat(240), Lane.NORMAL))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIllegalPrefixIsRejected() {
        assertThatThrownBy(() -> new Topics("mill race"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
