package dev.millrace.standalone.run.journal;

import dev.millrace.standalone.batch.BatchNames;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import dev.millrace.standalone.run.journal.RunPlan.PlannedFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a run among the files that earlier runs have read.
 *
 * <p>Any earlier content identifies a file, even in another notation, so a moved, renamed or copied
 * file is recognized. Only a file with new content is recognized by its path, as the file most
 * recently read there. The user can name the batch whose lines an unknown file gets, too. If
 * several files of a run match one known file, each further file gets a copy of its lines, so that
 * no line is paid for twice.
 */
final class FileRegistry {
    private static final String AT_PATH =
            "(select file from files where path = ? order by id desc limit 1)";
    private static final String BY_CONTENT_AND_PATH =
            "select file, name from files where name = ? and digest = ? and file = " + AT_PATH;
    private static final String BY_CONTENT =
            "select file, name from files where name = ? and digest = ? order by file";
    private static final String BY_CONTENT_ALONE =
            "select file, name from files where digest = ? order by file desc, id desc";
    private static final String BY_PATH =
            "select file, name from files where path = ? order by id desc limit 1";
    private static final String COPY =
            "insert into lines"
                    + " (file, key, generation, batch, line, job_id, repeat, published)"
                    + " select ?, key, generation, batch, line, job_id, repeat, published"
                    + " from lines where file = ? and key <> x'' order by id";

    /** Most batches that a message names. */
    private static final int NAMED_BATCHES = 5;

    private final Connection connection;
    private final StoredJobs storedJobs;
    private final Set<Long> claimed = new HashSet<>();

    private final Set<Long> copies = new HashSet<>();

    /** The batches of files that this run adds. */
    private final Map<Long, Batches> added = new HashMap<>();

    /**
     * The batches of a file.
     *
     * @param name begins the name of each
     * @param latest the latest generation; 0 if no line of the file has been planned
     */
    private record Batches(String name, int latest) {}

    /**
     * A file that an earlier run has read.
     *
     * @param formerName name of the file when its content was read
     * @param isAtItsPath true if the file was the most recently read file at its path
     */
    private record Known(long id, String formerName, boolean isAtItsPath) {}

    /**
     * @param storedJobs batches whose names a new batch must avoid, in addition to the journal's
     *     batches
     */
    FileRegistry(Connection connection, StoredJobs storedJobs) {
        this.connection = connection;
        this.storedJobs = storedJobs;
    }

    /**
     * Finds or registers the given files, and records their current paths and contents. Returns the
     * files in the given order.
     *
     * @param canonicalDigest returns the canonical digest of a file by its index; see {@link
     *     #recordCanonical}
     * @param reusedBatch batch whose lines an unknown file gets; null for none
     */
    List<PlannedFile> register(
            List<FileIdentity> files,
            IntFunction<byte[]> canonicalDigest,
            @Nullable String reusedBatch)
            throws SQLException {
        var found = new ArrayList<@Nullable Known>(Collections.nCopies(files.size(), null));
        lookUp(found, files, BY_CONTENT_AND_PATH, i -> contentAndPath(files.get(i)));
        lookUp(found, files, BY_CONTENT, i -> contentAndName(files.get(i)));
        var unchanged = new ArrayList<>(found);
        lookUp(found, files, BY_CONTENT_ALONE, i -> new Object[] {files.get(i).digest()});
        if (exists("select 1 from files")) {
            lookUp(found, files, BY_CONTENT_ALONE, i -> new Object[] {canonicalDigest.apply(i)});
        }
        lookUp(found, files, BY_PATH, i -> new Object[] {files.get(i).path()});
        var planned = new ArrayList<PlannedFile>();
        for (int i = 0; i < files.size(); i++) {
            Known known = found.get(i);
            if (known != null && reusedBatch != null) {
                requireLinesOf(reusedBatch, known, files.get(i));
            }
            planned.add(
                    known == null
                            ? newFile(files.get(i), reusedBatch)
                            : planned(known, unchanged.get(i) != null));
        }
        for (int i = 0; i < files.size(); i++) {
            record(planned.get(i).id(), files.get(i));
        }
        return planned;
    }

    private PlannedFile newFile(FileIdentity file, @Nullable String reusedBatch)
            throws SQLException {
        if (reusedBatch == null) {
            return new PlannedFile(add(file.name(), 0), true);
        }
        return new PlannedFile(
                copy(fileOf(reusedBatch), file.name()), false, false, null, reusedBatch);
    }

    private long fileOf(String batch) throws SQLException {
        Optional<Long> file =
                JournalSql.first(
                        connection,
                        "select file from files where batch = ?",
                        row -> row.getLong(1),
                        batch);
        if (file.isEmpty()) {
            throw unknownBatch(batch);
        }
        return file.get();
    }

    /**
     * Accepts a repeated command, whose file has the lines of the batch since its first run.
     *
     * @throws UserError if the file has been run without lines of the batch
     */
    private void requireLinesOf(String batch, Known known, FileIdentity file) throws SQLException {
        long reused = fileOf(batch);
        if (known.id == reused
                || exists(
                        "select 1 from lines where file = ? and (batch, line, job_id) in"
                                + " (select batch, line, job_id from lines where file = ?)",
                        known.id,
                        reused)) {
            return;
        }
        String own = batchesOf(known.id).name;
        throw UserError.usage(
                "--reuse: %s has been run before, as batch %s, and reuses its own answers. Leave"
                                .formatted(file.name(), own)
                        + " out --reuse; or, if the file has changed since, save it under another"
                        + " name to use the answers of batch "
                        + batch);
    }

    private UserError unknownBatch(String name) throws SQLException {
        String known =
                JournalSql.first(
                                connection,
                                "select group_concat(batch, ', ') from (select batch from files"
                                        + " where latest > 0 group by file order by file desc"
                                        + " limit "
                                        + NAMED_BATCHES
                                        + ")",
                                row -> Objects.requireNonNullElse(row.getString(1), ""))
                        .orElse("");
        return UserError.usage(
                "--reuse: no run in this data directory has read a batch "
                        + name
                        + (known.isEmpty() ? "" : "; the latest are " + known));
    }

    private PlannedFile planned(Known known, boolean isUnchanged) throws SQLException {
        return new PlannedFile(
                known.id,
                batchesOf(known.id).latest == 0,
                !isUnchanged && known.isAtItsPath,
                isUnchanged || known.isAtItsPath ? null : known.formerName,
                null);
    }

    /** Returns true if the batch is the given generation of a file. */
    boolean hasBatch(String batch, int generation) throws SQLException {
        String suffix = BatchNames.ofGeneration("", generation);
        return batch.endsWith(suffix)
                && isInJournal(batch.substring(0, batch.length() - suffix.length()));
    }

    /** Returns true if this run has made the file from the lines of another one. */
    boolean isCopy(long id) {
        return copies.contains(id);
    }

    private static Object[] contentAndPath(FileIdentity file) {
        return new Object[] {file.name(), file.digest(), file.path()};
    }

    private static Object[] contentAndName(FileIdentity file) {
        return new Object[] {file.name(), file.digest()};
    }

    /**
     * Records the canonical digest of the present content of a file. It finds the file again when
     * both its name and the form of its lines have changed, such as white space.
     */
    void recordCanonical(long id, byte[] digest) throws SQLException {
        FileIdentity present =
                JournalSql.first(
                                connection,
                                "select path, name from files where file = ? order by id desc",
                                row -> new FileIdentity(row.getString(1), row.getString(2), digest),
                                id)
                        .orElseThrow();
        record(id, present);
    }

    /** Finds files that no file of this run has claimed; then copies of claimed ones. */
    private void lookUp(
            List<@Nullable Known> found,
            List<FileIdentity> files,
            String sql,
            IntFunction<Object[]> parameters)
            throws SQLException {
        for (boolean copiesClaimed : List.of(false, true)) {
            for (int i = 0; i < files.size(); i++) {
                if (found.get(i) == null) {
                    found.set(i, find(files.get(i), copiesClaimed, sql, parameters.apply(i)));
                }
            }
        }
    }

    private @Nullable Known find(
            FileIdentity file, boolean copiesClaimed, String sql, Object... parameters)
            throws SQLException {
        try (var select = JournalSql.prepare(connection, sql, parameters);
                var rows = select.executeQuery()) {
            while (rows.next()) {
                long id = rows.getLong(1);
                if (copiesClaimed || !claimed.contains(id)) {
                    String formerName = rows.getString(2);
                    boolean isAtItsPath = exists("select 1 where ? = " + AT_PATH, id, file.path());
                    return new Known(
                            claimed.add(id) ? id : copy(id, file.name()), formerName, isAtItsPath);
                }
            }
            return null;
        }
    }

    /** Adds a file with the lines of a known file. Both files then belong to one set of jobs. */
    private long copy(long id, String fileName) throws SQLException {
        long copy = add(fileName, batchesOf(id).latest);
        JournalSql.execute(connection, COPY, copy, id);
        copies.add(copy);
        return copy;
    }

    private long add(String fileName, int latest) throws SQLException {
        long last =
                JournalSql.first(
                                connection,
                                "select coalesce(max(file), 0) from files",
                                row -> row.getLong(1))
                        .orElseThrow();
        long id = last + added.size() + 1;
        added.put(id, new Batches(unusedName(BatchNames.ofFile(fileName)), latest));
        claimed.add(id);
        return id;
    }

    private String unusedName(String wanted) throws SQLException {
        String name = wanted;
        for (int n = 2; isInJournal(name) || storedJobs.hasBatch(name); n++) {
            name = wanted + "~" + n;
        }
        return name;
    }

    private boolean isInJournal(String name) throws SQLException {
        return added.values().stream().anyMatch(it -> it.name.equals(name))
                || exists("select 1 from files where batch = ?", name);
    }

    private Batches batchesOf(long id) throws SQLException {
        return JournalSql.first(
                        connection,
                        "select batch, latest from files where file = ?",
                        row -> new Batches(row.getString(1), row.getInt(2)),
                        id)
                .orElseGet(() -> Objects.requireNonNull(added.get(id)));
    }

    private boolean exists(String sql, Object... parameters) throws SQLException {
        return JournalSql.first(connection, sql, _ -> true, parameters).isPresent();
    }

    /** Records the present path, name and content of a file as those that were read last. */
    private void record(long id, FileIdentity file) throws SQLException {
        int known =
                JournalSql.execute(
                        connection,
                        "update files set id = (select max(id) + 1 from files)"
                                + " where file = ? and path = ? and name = ? and digest = ?",
                        id,
                        file.path(),
                        file.name(),
                        file.digest());
        if (known == 0) {
            Batches batches = batchesOf(id);
            JournalSql.execute(
                    connection,
                    "insert into files (file, batch, latest, path, name, digest)"
                            + " values (?, ?, ?, ?, ?, ?)",
                    id,
                    batches.name,
                    batches.latest,
                    file.path(),
                    file.name(),
                    file.digest());
        }
    }
}
