package dev.millrace.standalone.run.journal;

import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import dev.millrace.standalone.run.journal.RunPlan.PlannedFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a run among the files that earlier runs have read.
 *
 * <p>A name and any earlier content identify a file, so a moved or copied file is recognized. A
 * file with new content is recognized by any path at which it was the most recently read file, and
 * a renamed file by its content, even if that is written differently. One run finds each known file
 * once: a second file of equal content is a new file.
 */
final class FileRegistry {
    private static final String BY_CONTENT_AND_PATH =
            "select c.file from contents c join paths p on p.file = c.file where c.file_name = ?"
                    + " and c.digest = ? and p.path = ?";
    private static final String BY_CONTENT =
            "select file from contents where file_name = ? and digest = ? order by file";
    private static final String BY_PATH = "select file from paths where path = ?";
    private static final String BY_CONTENT_ALONE =
            "select file from contents where digest = ? order by file desc";

    private final Connection connection;
    private final StoredJobs storedJobs;
    private final Set<Long> claimed = new HashSet<>();

    /**
     * @param storedJobs batches whose names a new batch must not have, in addition to those of the
     *     journal
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
     */
    List<PlannedFile> register(List<FileIdentity> files, IntFunction<byte[]> canonicalDigest)
            throws SQLException {
        var ids = new ArrayList<@Nullable Long>(Collections.nCopies(files.size(), null));
        lookUp(ids, BY_CONTENT_AND_PATH, i -> contentAndPath(files.get(i)));
        lookUp(ids, BY_CONTENT, i -> new Object[] {files.get(i).name(), files.get(i).digest()});
        var unchanged = new ArrayList<>(ids);
        lookUp(ids, BY_PATH, i -> new Object[] {files.get(i).path()});
        var named = new ArrayList<>(ids);
        lookUp(ids, BY_CONTENT_ALONE, i -> new Object[] {files.get(i).digest()});
        if (exists("select 1 from files")) {
            lookUp(ids, BY_CONTENT_ALONE, i -> new Object[] {canonicalDigest.apply(i)});
        }
        var planned = new ArrayList<PlannedFile>();
        for (int i = 0; i < files.size(); i++) {
            Long id = ids.get(i);
            planned.add(
                    id == null
                            ? new PlannedFile(insert(files.get(i)), true)
                            : new PlannedFile(
                                    id,
                                    isUnread(id),
                                    unchanged.get(i) == null && named.get(i) != null,
                                    named.get(i) == null ? fileName(id) : null));
        }
        for (int i = 0; i < files.size(); i++) {
            record(planned.get(i).id(), files.get(i));
        }
        return planned;
    }

    private static Object[] contentAndPath(FileIdentity file) {
        return new Object[] {file.name(), file.digest(), file.path()};
    }

    /**
     * Records the canonical digest of the present content of a file. It finds the file again when
     * both its name and the form of its lines have changed, such as white space.
     */
    void recordCanonical(long id, byte[] digest) throws SQLException {
        execute(
                "insert or ignore into contents select file_name, ?, id from files where id = ?",
                digest,
                id);
    }

    private void lookUp(List<@Nullable Long> ids, String sql, IntFunction<Object[]> parameters)
            throws SQLException {
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i) == null) {
                Optional<Long> id = firstUnclaimed(sql, parameters.apply(i));
                id.ifPresent(claimed::add);
                ids.set(i, id.orElse(null));
            }
        }
    }

    private Optional<Long> firstUnclaimed(String sql, Object... parameters) throws SQLException {
        try (var select = prepare(sql, parameters);
                var rows = select.executeQuery()) {
            while (rows.next()) {
                if (!claimed.contains(rows.getLong(1))) {
                    return Optional.of(rows.getLong(1));
                }
            }
            return Optional.empty();
        }
    }

    private long insert(FileIdentity file) throws SQLException {
        String name = unusedName(BatchNames.ofFile(file.name()));
        try (var insert =
                        prepare(
                                "insert into files (file_name, name, generation) values (?, ?, 0)"
                                        + " returning id",
                                file.name(),
                                name);
                var id = insert.executeQuery()) {
            id.next();
            claimed.add(id.getLong(1));
            return id.getLong(1);
        }
    }

    private String unusedName(String wanted) throws SQLException {
        String name = wanted;
        for (int n = 2; isInJournal(name) || storedJobs.hasBatch(name); n++) {
            name = wanted + "~" + n;
        }
        return name;
    }

    private boolean isInJournal(String name) throws SQLException {
        return exists("select 1 from files where name = ?", name);
    }

    private String fileName(long id) throws SQLException {
        try (var select = prepare("select file_name from files where id = ?", id);
                var row = select.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private boolean isUnread(long id) throws SQLException {
        return !exists("select 1 from files where id = ? and generation > 0", id);
    }

    private boolean exists(String sql, Object... parameters) throws SQLException {
        try (var select = prepare(sql, parameters);
                var row = select.executeQuery()) {
            return row.next();
        }
    }

    private void record(long id, FileIdentity file) throws SQLException {
        execute("insert or replace into paths values (?, ?)", file.path(), id);
        execute("update files set file_name = ? where id = ?", file.name(), id);
        execute("insert or ignore into contents values (?, ?, ?)", file.name(), file.digest(), id);
    }

    private void execute(String sql, Object... parameters) throws SQLException {
        try (var statement = prepare(sql, parameters)) {
            statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
