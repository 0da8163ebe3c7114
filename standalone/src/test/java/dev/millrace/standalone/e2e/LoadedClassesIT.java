package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs load the native libraries and the engines of nothing that they do not use. */
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
