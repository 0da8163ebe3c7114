package dev.millrace.bench.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.embedding.LocalEmbedder;
import dev.millrace.semantic.chunk.ChunkSizes;
import dev.millrace.semantic.chunk.Chunker;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TopicTextTest {
    private final TopicText text = TopicText.load();

    @Test
    void aNumberAlwaysGivesTheSameText() {
        assertThat(text.document(7, 3, 4))
                .isEqualTo(TopicText.load().document(7, 3, 4))
                .isNotEqualTo(text.document(8, 3, 4));
    }

    @Test
    void questionsAboutADocumentDiffer() {
        var random = new SplittableRandom(1);

        assertThat(text.question(1, random)).isNotEqualTo(text.question(1, random));
    }

    @Test
    void aParagraphIsAPassage() {
        var plan = new RetrievalPlan(100, 0, 1, 1, 0).large();
        try (var embedder = new LocalEmbedder()) {
            var chunker = new Chunker(new ChunkSizes(plan.maxTokens(), 6), embedder::tokens);

            assertThat(chunker.chunks(text.document(3, 10, plan.sentencesOfAParagraph())))
                    .hasSize(10);
        }
    }
}
