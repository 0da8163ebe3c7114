package dev.millrace.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PolicyReaderTest {
    @Test
    void storedPolicyMayNameUnknownModels() {
        assertThat(PolicyReader.read("rules: [ { use: [theirs] } ]").rules().getFirst().use())
                .containsExactly("theirs");
    }
}
