package dev.millrace.standalone.data;

import dev.millrace.standalone.data.DataDirectoryException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What lies in a data directory, by name: only that is ever written or deleted.
 *
 * @param root absolute
 */
record Layout(Path root) {
    static final String BROKER = "broker";
    static final String STREAMS = "streams";
    static final String DATABASE = "millrace.db";
    static final String LOG = "millrace.log";
    static final String JOURNAL = "runs.db";
    static final String STANDARD_INPUT = "stdin.jsonl";

    /** Says where the embedded broker listens, while it runs. */
    static final String ADDRESS = "address";

    /** Says whose answers the folder holds. */
    private static final String ANSWERS = "answers";

    private static final String LOCK = "lock";
    private static final String GIT_IGNORE = ".gitignore";

    /** Holds {@link #VERSION}, and marks the folder as ours. */
    private static final String MARK = "layout";

    private static final int VERSION = 1;

    /** All names that Millrace uses, with those that SQLite and the log's rotation add. */
    private static final Set<String> OURS =
            Set.of(
                    BROKER,
                    STREAMS,
                    DATABASE,
                    DATABASE + "-wal",
                    DATABASE + "-shm",
                    DATABASE + "-journal",
                    JOURNAL,
                    JOURNAL + "-wal",
                    JOURNAL + "-shm",
                    JOURNAL + "-journal",
                    LOG,
                    LOG + ".1",
                    LOG + ".2",
                    STANDARD_INPUT,
                    ADDRESS,
                    ANSWERS,
                    LOCK,
                    GIT_IGNORE,
                    MARK);

    /** Room for the broker's first files; with less it would stop in the middle of its start. */
    private static final long MIN_FREE_BYTES = 64L * 1024 * 1024;

    Path lock() {
        return root.resolve(LOCK);
    }

    void make() {
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(root);
            }
            requireOurs();
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    /** Refuses a folder with things of others in it; an empty one becomes ours. */
    void requireOurs() {
        try {
            if (Files.exists(root.resolve(MARK))) {
                return;
            }
            try (var entries = Files.list(root)) {
                var foreign = entries.filter(Predicate.not(this::isOurs)).findFirst();
                if (foreign.isPresent()) {
                    throw new DataDirectoryException(
                            Problem.NOT_OURS,
                            "The folder %s was not made by Millrace (it holds %s); choose an empty or a new one with --data-dir"
                                    .formatted(root, foreign.get().getFileName()));
                }
            }
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    void check() {
        try {
            var version = version();
            if (version > VERSION) {
                throw new DataDirectoryException(
                        Problem.TOO_NEW,
                        "The data directory %s was written by a newer Millrace (layout %d, this one knows %d); update, or choose another with --data-dir"
                                .formatted(root, version, VERSION));
            }
            var free = Files.getFileStore(root).getUsableSpace();
            if (free < MIN_FREE_BYTES) {
                throw diskFull(free);
            }
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    void write() {
        try {
            Files.writeString(root.resolve(MARK), VERSION + "\n");
            Files.writeString(root.resolve(GIT_IGNORE), "*\n");
            Files.createDirectories(root.resolve(BROKER));
            Files.createDirectories(root.resolve(STREAMS));
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    /** Simulated and real answers are not mixed: whoever asks first decides. */
    void claim(Answering answering) {
        try {
            Path mark = root.resolve(ANSWERS);
            if (Files.notExists(mark)) {
                Files.writeString(mark, answering.word() + "\n");
            } else if (!Files.readString(mark, StandardCharsets.ISO_8859_1)
                    .strip()
                    .equals(answering.word())) {
                throw new DataDirectoryException(
                        Problem.OTHER_ANSWERS,
                        "The data directory %s holds answers of %s; choose another with --data-dir, or delete it"
                                .formatted(root, answering.other()));
            }
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    /** The mark goes last, so that a deletion that was cut short can be repeated. */
    void clear() {
        try {
            for (var entry : ours()) {
                deleteTree(entry);
            }
            Files.deleteIfExists(root.resolve(MARK));
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    DataDirectoryException notWritable(IOException cause) {
        if (String.valueOf(cause.getMessage()).contains("No space left")) {
            return diskFull(0);
        }
        return new DataDirectoryException(
                Problem.NOT_WRITABLE,
                "The data directory %s cannot be used: %s; choose another with --data-dir"
                        .formatted(root, reason(cause)),
                cause);
    }

    private DataDirectoryException diskFull(long free) {
        return new DataDirectoryException(
                Problem.DISK_FULL,
                "The disk of the data directory %s has %d MiB left, and %d MiB are needed; make room, or choose another with --data-dir"
                        .formatted(root, free >> 20, MIN_FREE_BYTES >> 20));
    }

    private int version() throws IOException {
        try {
            var text = Files.readString(root.resolve(MARK), StandardCharsets.ISO_8859_1).strip();
            return text.matches("\\d{1,9}") ? Integer.parseInt(text) : VERSION;
        } catch (NoSuchFileException e) {
            return VERSION;
        }
    }

    private List<Path> ours() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(this::isOurs)
                    .filter(entry -> !entry.equals(lock()))
                    .filter(entry -> !entry.endsWith(STANDARD_INPUT))
                    .filter(entry -> !entry.endsWith(MARK))
                    .toList();
        }
    }

    private boolean isOurs(Path entry) {
        return OURS.contains(entry.getFileName().toString());
    }

    private static void deleteTree(Path tree) throws IOException {
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case FileAlreadyExistsException _, NotDirectoryException _ ->
                    "it is, or lies in, a file";
            case AccessDeniedException _ -> "it may not be written to";
            case FileSystemException file when file.getReason() != null -> file.getReason();
            default -> String.valueOf(cause.getMessage());
        };
    }
}
