package dev.millrace.standalone.data;

import dev.millrace.contracts.file.OwnerOnly;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of the files in a data directory. Millrace writes and deletes only these files.
 *
 * @param root absolute path of the directory
 */
record DirectoryLayout(Path root) {
    static final String BROKER = "broker";
    static final String STREAMS = "streams";
    static final String DATABASE = "millrace.db";

    /** Uploaded to the gateway. */
    static final String FILES = "files";

    /**
     * Folder of document indexes; further indexes get a number, and indexes of the command the
     * suffix "-search".
     */
    static final String INDEX = "index";

    static final String LOG = "millrace.log";
    static final String JOURNAL = "runs.db";
    static final String STANDARD_INPUT = "stdin.jsonl";

    /** Contains an {@link AnnouncedPipeline} while it runs. */
    static final String ADDRESS = "address";

    /** Contains the source of the answers in the directory. */
    private static final String ANSWERS = "answers";

    private static final String LOCK = "lock";
    private static final String GIT_IGNORE = ".gitignore";

    /** Contains {@link #VERSION}, and marks the directory as created by Millrace. */
    private static final String MARKER = "layout";

    private static final int VERSION = 1;

    /** All names that Millrace uses, including files of SQLite and rotated logs. */
    private static final Set<String> OWN_NAMES =
            Set.of(
                    BROKER,
                    STREAMS,
                    FILES,
                    INDEX,
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
                    MARKER);

    private static final Pattern FURTHER_INDEX = Pattern.compile(INDEX + "(-search)?(-[0-9]+)?");

    /** Space for the broker's first files, without which its start would fail halfway. */
    private static final long MIN_FREE_BYTES = 64L * 1024 * 1024;

    Path lock() {
        return root.resolve(LOCK);
    }

    void create() {
        try {
            if (!Files.isDirectory(root)) {
                OwnerOnly.createFolders(root);
            }
            requireNoForeignFiles();
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    /** Rejects a directory with foreign files, unless Millrace created the directory. */
    void requireNoForeignFiles() {
        try {
            if (Files.exists(root.resolve(MARKER))) {
                return;
            }
            try (var entries = Files.list(root)) {
                var foreign = entries.filter(Predicate.not(this::isOwn)).findFirst();
                if (foreign.isPresent()) {
                    throw new DataDirectoryException(
                            Problem.FOREIGN_FILES,
                            "The folder %s was not created by Millrace (it contains %s); choose an empty or a new one with --data-dir"
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
                        Problem.NEWER_LAYOUT,
                        "The data directory %s was written by a newer Millrace (layout %d, this version supports %d); update Millrace, or choose another with --data-dir"
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

    void initialize() {
        try {
            OwnerOnly.restrict(root);
            Files.writeString(root.resolve(MARKER), VERSION + "\n");
            Files.writeString(root.resolve(GIT_IGNORE), "*\n");
            OwnerOnly.createFolders(root.resolve(BROKER));
            OwnerOnly.createFolders(root.resolve(STREAMS));
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    /** Returns true if the directory is reserved for a source of answers. */
    boolean isClaimedFor(AnswerSource source) {
        try {
            String word = Files.readString(root.resolve(ANSWERS), StandardCharsets.ISO_8859_1);
            return word.strip().equals(source.word());
        } catch (IOException e) {
            return false;
        }
    }

    /** Reserves the directory for one source of answers. The first caller decides. */
    void claim(AnswerSource source) {
        try {
            Path file = root.resolve(ANSWERS);
            if (Files.notExists(file)) {
                Files.writeString(file, source.word() + "\n");
            } else if (!isClaimedFor(source)) {
                throw new DataDirectoryException(
                        Problem.OTHER_ANSWER_SOURCE,
                        "The data directory %s holds answers of %s; choose another with --data-dir, or delete it"
                                .formatted(root, source.other()));
            }
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    /** Deletes the marker last, so that an interrupted deletion can be repeated. */
    void clear() {
        try {
            for (var entry : deletableEntries()) {
                deleteTree(entry);
            }
            Files.deleteIfExists(root.resolve(MARKER));
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
                "The disk of the data directory %s has %d MiB left, but %d MiB are needed; free some space, or choose another with --data-dir"
                        .formatted(root, free >> 20, MIN_FREE_BYTES >> 20));
    }

    private int version() throws IOException {
        try {
            var text = Files.readString(root.resolve(MARKER), StandardCharsets.ISO_8859_1).strip();
            return text.matches("\\d{1,9}") ? Integer.parseInt(text) : VERSION;
        } catch (NoSuchFileException e) {
            return VERSION;
        }
    }

    private List<Path> deletableEntries() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(this::isOwn)
                    .filter(entry -> !entry.equals(lock()))
                    .filter(entry -> !entry.endsWith(STANDARD_INPUT))
                    .filter(entry -> !entry.endsWith(MARKER))
                    .toList();
        }
    }

    private boolean isOwn(Path entry) {
        String name = entry.getFileName().toString();
        return OWN_NAMES.contains(name) || FURTHER_INDEX.matcher(name).matches();
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
                    "it is a file or lies below a file";
            case AccessDeniedException _ -> "it is not writable";
            case FileSystemException file when file.getReason() != null -> file.getReason();
            default -> String.valueOf(cause.getMessage());
        };
    }
}
