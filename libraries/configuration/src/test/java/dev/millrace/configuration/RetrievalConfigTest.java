package dev.millrace.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.yaml.problem.Violation;
import org.junit.jupiter.api.Test;

class RetrievalConfigTest {
    @Test
    void embeddingsAreOfTheProcessOrOfAModel() {
        assertThat(RetrievalConfig.DEFAULT.model()).isEmpty();
        assertThat(config("text-embedding-3-small").model()).hasValue("text-embedding-3-small");
    }

    @Test
    void embeddingsAreNamed() {
        assertThatThrownBy(() -> config(" "))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("must be local or a model of embeddings");
    }

    private static RetrievalConfig config(String embeddings) {
        return new RetrievalConfig("index", embeddings, RetrievalConfig.DEFAULT.chunk());
    }
}
