package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs load the native libraries and the engines of nothing that they do not use. */
@Tag("long")
class LoadedClassesIT {
    @TempDir Path folder;

    private List<String> classesOf(String example) throws IOException {
        Path log = folder.resolve("classes.log");
        var _ =
                new Launcher(folder)
                        .runWith(
                                "-Xlog:class+load:file=" + log,
                                "run",
                                "--simulate",
                                "--output",
                                "results.jsonl",
                                Launcher.example(example))
                        .exitsWith(ExitCode.OK);
        return Files.readAllLines(log);
    }

    /** A look for a first document is all that there is before one. */
    @Test
    void jobsWithoutDocumentsLoadNothingThatFindsPassages() throws IOException {
        assertThat(classesOf("support-tickets.jsonl"))
                .anyMatch(it -> it.contains("dev.millrace.retrieval.kafka.RetrievalTopics"))
                .noneMatch(
                        it ->
                                it.contains("org.apache.lucene")
                                        || it.contains("org.apache.tika.mime.MimeTypesReader")
                                        || it.contains(
                                                "dev.millrace.retrieval.index.CollectionIndex")
                                        || it.contains("dev.millrace.retrieval.library.")
                                        || it.contains("dev.millrace.retrieval.prompt.")
                                        || it.contains("dev.millrace.retrieval.PassageServer")
                                        || it.contains("dev.millrace.retrieval.job.RetrievalLoop")
                                        || it.contains("retrieval.kafka.KafkaWaitingJobs"));
    }

    @Test
    void jobsWithoutLongDocumentsSplitNothing() throws IOException {
        assertThat(classesOf("support-tickets.jsonl"))
                .anyMatch(it -> it.contains("dev.millrace.router.documents.SplitTask"))
                .noneMatch(
                        it ->
                                it.contains("dev.millrace.router.documents.DocumentSplitter")
                                        || it.contains("dev.millrace.router.documents.AnswerJoiner")
                                        || it.contains("dev.millrace.router.documents.PartJobs "));
    }

    @Test
    void jobsWithoutSimilarQuestionsLoadNoModel() throws IOException {
        assertThat(classesOf("repeats.jsonl"))
                .anyMatch(it -> it.contains("dev.millrace.router.cache.CacheTask"))
                .noneMatch(
                        it ->
                                it.contains("ai.onnxruntime")
                                        || it.contains("semantic.embedding.EmbeddingModel")
                                        || it.contains("org.apache.lucene"));
    }

    @Test
    void similarQuestionsLoadTheModelAndNoGraph() throws IOException {
        assertThat(classesOf("similar.jsonl"))
                .anyMatch(it -> it.contains("ai.onnxruntime.OrtSession"))
                .noneMatch(it -> it.contains("org.apache.lucene"));
    }
}
