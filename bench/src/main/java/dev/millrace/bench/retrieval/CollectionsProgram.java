package dev.millrace.bench.retrieval;

import dev.millrace.bench.process.ParentControl;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.embedding.LocalEmbedder;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.semantic.chunk.ChunkSizes;
import dev.millrace.semantic.chunk.Chunker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import tools.jackson.databind.json.JsonMapper;

/** A program that opens many small collections until its parent stops it. */
public final class CollectionsProgram {
    /** Adds documents to each collection; answers with {@link Handles}. */
    static final String FILL = "fill";

    /** Each is committed, so that an index has as many segments. */
    private static final int DOCUMENTS = 3;

    private static final Duration MAX_AGE = Duration.ofDays(6);
    private static final Path FILES = Path.of("/proc/self/fd");
    private static final Path MAPS = Path.of("/proc/self/maps");

    private CollectionsProgram() {}

    /**
     * What the process has open; 0 where the system does not report it.
     *
     * @param files open files
     * @param maps memory maps
     */
    record Handles(long files, long maps) {
        private static Handles now() throws IOException {
            if (!Files.isDirectory(FILES)) {
                return new Handles(0, 0);
            }
            try (var files = Files.list(FILES);
                    var maps = Files.lines(MAPS)) {
                return new Handles(files.count(), maps.count());
            }
        }
    }

    /** Returns the arguments of {@link #main}. */
    static List<String> arguments(Path folder, int collections) {
        return List.of(folder.toString(), Integer.toString(collections));
    }

    /** Reads an answer of the program. */
    static Handles handles(String answer) {
        return new JsonMapper().readValue(answer, Handles.class);
    }

    /**
     * Serves the requests of the parent.
     *
     * @param args arguments from {@link #arguments}
     */
    public static void main(String[] args) throws Exception {
        var embedder = new LocalEmbedder();
        var library =
                DocumentLibrary.open(
                        Path.of(args[0]),
                        GeneratedDocuments.SOURCE,
                        new Chunker(ChunkSizes.DEFAULT, embedder::tokens),
                        embedder,
                        InstantSource.system().instant(),
                        MAX_AGE);
        fill(library, new CollectionId("warm-up", "warm-up"), 0);
        Map<String, Callable<String>> answers =
                Map.of(
                        FILL,
                        () -> {
                            fill(library, Integer.parseInt(args[1]));
                            return new JsonMapper().writeValueAsString(Handles.now());
                        });
        ParentControl.serve("collections", library, answers);
    }

    private static void fill(DocumentLibrary library, int collections) throws IOException {
        for (int number = 0; number < DOCUMENTS; number++) {
            for (int i = 1; i < collections; i++) {
                fill(library, new CollectionId("tenant-" + i, "handbook"), number);
            }
            library.commit(Map.of(0, (long) number), InstantSource.system().instant());
        }
        for (int i = 1; i < collections; i++) {
            // Opens the reader of the index.
            var _ =
                    library.find(new CollectionId("tenant-" + i, "handbook"))
                            .orElseThrow()
                            .passages();
        }
    }

    private static void fill(DocumentLibrary library, CollectionId collection, int number)
            throws IOException {
        String id = "page-" + number;
        String text = "Page %d of tenant %s.".formatted(number, collection.tenant());
        var _ =
                library.apply(
                        0,
                        number,
                        new DocumentKey(collection, id),
                        new StoredDocument(id, null, Map.of("lang", "en"), text));
    }
}
