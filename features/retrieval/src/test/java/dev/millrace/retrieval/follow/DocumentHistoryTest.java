package dev.millrace.retrieval.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SearchMode;
import dev.millrace.retrieval.index.WordEmbedder;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import dev.millrace.testwaits.Seeds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories of a compacted topic and of the processes that index it, from seeds. */
@Tag("slow")
class DocumentHistoryTest {
    private static final Duration MAX_AGE = Duration.ofDays(6);
    private static final Duration DELETION_RETENTION = Duration.ofDays(7);
    private static final int HISTORIES_TO_FIND_A_FAULT = 60;
    private static final int STEPS = 80;

    @TempDir private Path temporary;

    private record Entry(String key, byte @Nullable [] value) {}

    /** The topic, and one process at a time that indexes it. */
    private final class World {
        private final Path folder;
        private final SplittableRandom random;
        private Instant now = Instant.parse("2026-11-20T12:00:00Z");
        private int topicId;
        private final TreeMap<Long, Entry> records = new TreeMap<>();

        /** Until when deletions are kept that were compacted, by offset. */
        private final Map<Long, Instant> keptUntil = new HashMap<>();

        private long end;
        private long position;
        private DocumentLibrary library;
        private DocumentIndexer indexer;

        /** The planted fault: the state stays ahead of an index that was lost. */
        private final boolean keepsState;

        World(long seed, boolean keepsState) throws IOException {
            this.keepsState = keepsState;
            folder = temporary.resolve("seed-" + seed);
            random = new SplittableRandom(seed);
            Files.createDirectories(folder);
            library = open();
            indexer = follow();
        }

        private DocumentLibrary open() throws IOException {
            var embedder = new WordEmbedder("words");
            return DocumentLibrary.open(
                    folder,
                    "topic-" + topicId,
                    new Chunker(new ChunkSizes(64, 8), embedder::tokens),
                    embedder,
                    now,
                    MAX_AGE);
        }

        private DocumentIndexer follow() {
            return new DocumentIndexer(
                    new Log(),
                    library,
                    () -> now,
                    () -> Duration.between(Instant.EPOCH, now).toNanos(),
                    new DocumentMetrics(new SimpleMeterRegistry()));
        }

        private void restart() throws IOException {
            Path state = folder.resolve("library.json");
            byte @Nullable [] before = Files.exists(state) ? Files.readAllBytes(state) : null;
            library = open();
            if (keepsState && before != null) {
                Files.write(state, before);
            }
            indexer = follow();
        }

        void step() throws IOException {
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> write("text " + random.nextInt(1_000));
                case 4, 5 -> write(null);
                case 6, 7, 8 -> indexer.runOnce(Duration.ZERO);
                case 9 -> readToEnd();
                case 10 -> pause();
                case 11 -> compact();
                case 12 -> crash();
                case 13 -> crashInCommit();
                case 14 -> lose();
                default -> recreate();
            }
        }

        private void write(@Nullable String text) {
            String key = "t/c" + random.nextInt(3) + "/d" + random.nextInt(3);
            byte[] value =
                    text == null
                            ? null
                            : DocumentCodec.toJson(new StoredDocument(null, null, Map.of(), text));
            records.put(end++, new Entry(key, value));
        }

        void readToEnd() throws IOException {
            do {
                indexer.runOnce(Duration.ZERO);
            } while (position < end);
        }

        private void compact() {
            Set<String> later = new HashSet<>();
            for (long offset : List.copyOf(records.descendingKeySet())) {
                Entry it = Objects.requireNonNull(records.get(offset));
                boolean isForgotten =
                        it.value() == null
                                && keptUntil
                                        .computeIfAbsent(offset, _ -> now.plus(DELETION_RETENTION))
                                        .isBefore(now);
                if (!later.add(it.key()) || isForgotten) {
                    records.remove(offset);
                }
            }
        }

        private void crash() throws IOException {
            library.close();
            restart();
        }

        private void pause() throws IOException {
            library.close();
            now = now.plus(Duration.ofHours(random.nextInt(100)));
            restart();
        }

        /** Ends the process after it has committed the indexes, before it has written the state. */
        private void crashInCommit() throws IOException {
            Path state = folder.resolve("library.json");
            byte @Nullable [] before = Files.exists(state) ? Files.readAllBytes(state) : null;
            indexer.flush();
            library.close();
            if (before == null) {
                Files.deleteIfExists(state);
            } else {
                Files.write(state, before);
            }
            restart();
        }

        private void lose() throws IOException {
            library.close();
            if (random.nextBoolean()) {
                Files.deleteIfExists(folder.resolve("library.json"));
            } else {
                delete(folder.resolve("c" + (1 + random.nextInt(3))));
            }
            restart();
        }

        private void recreate() throws IOException {
            if (random.nextInt(3) == 0) {
                library.close();
                topicId++;
                records.clear();
                keptUntil.clear();
                end = 0;
                restart();
            }
        }

        /** Returns the documents that exist, with their texts. */
        Set<String> expected() {
            Map<String, Entry> last = new TreeMap<>();
            records.values().forEach(it -> last.put(it.key(), it));
            return last.values().stream()
                    .filter(it -> it.value() != null)
                    .map(it -> it.key() + " " + DocumentCodec.parse(it.value()).text())
                    .collect(Collectors.toSet());
        }

        Set<String> found() throws IOException {
            Set<String> found = new HashSet<>();
            for (String name : List.of("c0", "c1", "c2")) {
                var collection = library.find(new CollectionId("t", name));
                if (collection.isPresent()) {
                    for (PassageHit it :
                            collection
                                    .get()
                                    .search(
                                            new PassageQuery(
                                                    "text", 100, Map.of(), SearchMode.BOTH))) {
                        found.add("t/" + name + "/" + it.document() + " " + it.text());
                    }
                }
            }
            return found;
        }

        private final class Log implements DocumentLog {
            @Override
            public String source() {
                return "topic-" + topicId;
            }

            @Override
            public boolean isReplaced() {
                return false;
            }

            @Override
            public void seek(Map<Integer, Long> offsets) {
                position = offsets.getOrDefault(0, 0L);
            }

            @Override
            public void pause(Set<Integer> partitions) {}

            @Override
            public List<DocumentRecord> poll(Duration wait) {
                var next = records.ceilingEntry(position);
                if (next == null) {
                    position = end;
                    return List.of();
                }
                position = next.getKey() + 1;
                Entry it = next.getValue();
                return List.of(
                        new DocumentRecord(0, next.getKey(), it.key().getBytes(UTF_8), it.value()));
            }

            @Override
            public Map<Integer, Long> positions() {
                return Map.of(0, position);
            }

            @Override
            public Map<Integer, Long> ends() {
                return Map.of(0, end);
            }

            @Override
            public void close() {}
        }
    }

    @Seeds(15)
    void anIndexThatHasReadTheTopicHasItsDocumentsAndNoOthers(long seed) throws IOException {
        assertThat(isRight(new World(seed, false))).isTrue();
    }

    /** Shows that the other test can fail. */
    @Test
    void aStateThatIsAheadOfAnIndexIsSeen() throws IOException {
        boolean isRight = true;
        for (int seed = 0; isRight && seed < HISTORIES_TO_FIND_A_FAULT; seed++) {
            isRight = isRight(new World(seed, true));
        }
        assertThat(isRight).isFalse();
    }

    private static boolean isRight(World world) throws IOException {
        boolean isRight = true;
        for (int step = 0; isRight && step < STEPS; step++) {
            world.step();
            if (step % 10 == 9) {
                world.readToEnd();
                isRight = world.found().equals(world.expected());
            }
        }
        world.library.close();
        delete(world.folder);
        return isRight;
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path it : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(it);
                }
            }
        }
    }
}
