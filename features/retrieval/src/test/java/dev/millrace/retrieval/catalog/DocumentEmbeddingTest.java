package dev.millrace.retrieval.catalog;

import static org.awaitility.Awaitility.await;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DocumentEmbeddingTest {

    @Test
    void errorIsReportedAsTheProblem() {
        try (var embedding =
                new DocumentEmbedding(
                        () -> {
                            throw new LinkageError("no such class");
                        },
                        _ -> {
                            throw new AssertionError("nothing is open");
                        })) {
            embedding.start();

            await().until(
                            () ->
                                    embedding
                                            .problem()
                                            .equals(
                                                    Optional.of(
                                                            "cannot embed documents until the next"
                                                                    + " start: java.lang.LinkageError:"
                                                                    + " no such class")));
        }
    }
}
