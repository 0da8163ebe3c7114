package dev.millrace.standalone.run.journal;

import dev.millrace.standalone.batch.BatchNames;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.fingerprint.FingerprintTable;
import dev.millrace.standalone.run.journal.PlannedLine.Action;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Plan of one run: the action for each line of its input. {@linkplain #registerFiles Register} the
 * files, {@linkplain #match match} each line with the lines of earlier runs, then {@linkplain #keep
 * keep}, {@linkplain #republish republish} or {@linkplain #submit submit} the line. {@link #commit}
 * saves the lines planned so far.
 */
public final class RunPlan implements AutoCloseable {
    private static final String UPDATE =
            "update lines set generation = ?, batch = ?, line = ?, job_id = ?, repeat = ?,"
                    + " published = 0 where id = ?";
    private static final String KEEP_PLACE =
            "insert into lines select ?, file, x'', generation, batch, line, job_id, repeat,"
                    + " published from lines where id = ? and job_id is not null";

    private final Connection connection;
    private final Path folder;
    private final StoredJobs storedJobs;
    private final FileRegistry registry;
    private final GenerationAllocator generations;
    private final KnownLineMatcher matcher;
    private final PreparedStatement insert;
    private final PreparedStatement keepPlace;
    private final PreparedStatement update;
    private final PreparedStatement plan;
    private final Map<Long, String> names = new HashMap<>();
    private @Nullable FingerprintTable jobs;
    private long nextLineId;
    private long nextPosition;

    /**
     * Identifies an input file across runs.
     *
     * @param path current path of the file
     * @param name name that the user gave, without the folder
     * @param digest digest of the whole content
     */
    public record FileIdentity(String path, String name, byte[] digest) {}

    /**
     * A file of this run.
     *
     * @param id id of the file, equal in every run
     * @param isNew true if no earlier run has read the file
     * @param isChanged true if an earlier run has read other bytes of this file at this path
     * @param formerName other name under which an earlier run has read this content; null if that
     *     run has read the content under this name, or the file at this path
     * @param reusedBatch batch whose lines this run gives the file; null for none
     */
    public record PlannedFile(
            long id,
            boolean isNew,
            boolean isChanged,
            @Nullable String formerName,
            @Nullable String reusedBatch) {
        PlannedFile(long id, boolean isNew) {
            this(id, isNew, false, null, null);
        }
    }

    /** A line that an earlier run has read. */
    public record KnownLine(long file, long id, JournaledLine line) {}

    private RunPlan(
            Connection connection,
            Path folder,
            Instant now,
            Duration repeatsWindow,
            StoredJobs storedJobs)
            throws SQLException {
        this.connection = connection;
        this.folder = folder;
        this.storedJobs = storedJobs;
        registry = new FileRegistry(connection, storedJobs);
        generations = new GenerationAllocator(connection, now, repeatsWindow);
        matcher = new KnownLineMatcher(connection);
        insert =
                connection.prepareStatement("insert into lines values (?, ?, ?, ?, ?, ?, ?, ?, 0)");
        keepPlace = connection.prepareStatement(KEEP_PLACE);
        update = connection.prepareStatement(UPDATE);
        plan = connection.prepareStatement("insert into plan values (?, ?, ?, ?, ?)");
    }

    /**
     * Starts the plan of a new run.
     *
     * @param folder holds a temporary file of job ids
     */
    static RunPlan start(
            Connection connection,
            Path folder,
            Instant now,
            Duration repeatsWindow,
            StoredJobs storedJobs)
            throws SQLException {
        JournalSql.execute(connection, "delete from plan");
        return new RunPlan(connection, folder, now, repeatsWindow, storedJobs);
    }

    /**
     * Finds or registers the files of this run; returns them in the given order.
     *
     * @param canonicalDigest returns the digest of the keys of all lines of a file, by its index.
     *     Called for files that are unknown by their bytes
     * @param reusedBatch batch whose lines an unknown file gets; null for none
     * @throws UserError if there is no such batch
     */
    public List<PlannedFile> registerFiles(
            List<FileIdentity> identities,
            IntFunction<byte[]> canonicalDigest,
            @Nullable String reusedBatch) {
        return JournalSql.call(
                () -> {
                    List<PlannedFile> files =
                            registry.register(identities, canonicalDigest, reusedBatch);
                    nextLineId = lastLineId() + 1;
                    for (int i = 0; i < files.size(); i++) {
                        PlannedFile file = files.get(i);
                        generations.load(file.id(), identities.get(i).digest());
                        if (!file.isNew()) {
                            matcher.load(file.id());
                        }
                    }
                    return files;
                });
    }

    private long lastLineId() throws SQLException {
        return JournalSql.first(
                        connection, "select coalesce(max(id), 0) from lines", row -> row.getLong(1))
                .orElseThrow();
    }

    /** Records the digest of the keys of all lines that a file has now, once all are planned. */
    public void recordCanonical(long file, byte[] digest) {
        JournalSql.call(
                () -> {
                    registry.recordCanonical(file, digest);
                    if (registry.isCopy(file)) {
                        matcher.deleteUnmatched(file);
                    }
                    return null;
                });
    }

    /**
     * Matches a line of the input with the next unmatched line of this key in the journal. Returns
     * empty for a new line, which must be submitted.
     */
    public Optional<KnownLine> match(long file, byte[] key) {
        return matcher.match(file, key);
    }

    /**
     * Records that this file awaits the outcome of a line. Returns false if another file of this
     * run awaits the outcome already: files share lines if one is a copy of the other.
     */
    public boolean addAwaited(KnownLine known) {
        return JournalSql.call(() -> matcher.addAwaited(known.line));
    }

    /** Returns true if a line belongs to the batch of another file, whose answer it reuses. */
    public boolean isOfOtherFile(long file, JournaledLine line) {
        return JournalSql.call(
                () ->
                        !line.batch()
                                        .equals(
                                                BatchNames.ofGeneration(
                                                        nameOf(file), line.generation()))
                                && registry.hasBatch(line.batch(), line.generation()));
    }

    /** Plans a known line under its existing batch and number. */
    public PlannedLine keep(KnownLine known, long sourceLine, Action action) {
        return JournalSql.call(() -> insert(known.file, sourceLine, known.id, known.line, action));
    }

    /**
     * Plans to publish a known line, possibly for the second time, under its existing batch and
     * number.
     *
     * @param jobId id that the router will give the job; it differs from the journaled id if the
     *     tenant of the request topic has changed
     */
    public PlannedLine republish(KnownLine known, long sourceLine, @Nullable String jobId) {
        return JournalSql.call(
                () -> {
                    JournaledLine line = known.line;
                    if (!Objects.equals(jobId, line.jobId())) {
                        line =
                                new JournaledLine(
                                        line.generation(),
                                        line.batch(),
                                        line.line(),
                                        jobId,
                                        isRepeat(jobId),
                                        line.isPublished());
                        replace(known.id, line);
                    }
                    return insert(known.file, sourceLine, known.id, line, Action.PUBLISH);
                });
    }

    /**
     * Plans to publish a line as a new job, in a generation that is open to this run.
     *
     * @param known line of an earlier run to resubmit; null for a new line
     * @param claimedBatch batch that the line names; null for the batch of the file
     * @param jobIdIn returns the job id of the line in a batch, or null if the line has none
     */
    public PlannedLine submit(
            long file,
            byte[] key,
            @Nullable KnownLine known,
            long sourceLine,
            @Nullable String claimedBatch,
            Function<String, @Nullable String> jobIdIn) {
        return JournalSql.call(
                () -> {
                    int generation =
                            known == null
                                    ? generations.forNewLine(file, sourceLine)
                                    : generations.forResubmission(file);
                    String base = claimedBatch == null ? nameOf(file) : claimedBatch;
                    String batch = BatchNames.ofGeneration(base, generation);
                    String jobId = jobIdIn.apply(batch);
                    // No other command uses the batch of a file.
                    boolean isStored =
                            claimedBatch != null
                                    && jobId != null
                                    && storedJobs.hasJob(batch, jobId);
                    var line =
                            new JournaledLine(
                                    generation,
                                    batch,
                                    sourceLine,
                                    jobId,
                                    isRepeat(jobId) || isStored,
                                    false);
                    long id = known == null ? append(file, key, line) : replace(known.id, line);
                    return insert(file, sourceLine, id, line, Action.PUBLISH);
                });
    }

    private long append(long file, byte[] key, JournaledLine line) throws SQLException {
        long id = nextLineId++;
        insert.setLong(1, id);
        insert.setLong(2, file);
        insert.setBytes(3, key);
        insert.setInt(4, line.generation());
        insert.setString(5, line.batch());
        insert.setLong(6, line.line());
        setText(insert, 7, line.jobId());
        insert.setBoolean(8, line.isRepeat());
        insert.executeUpdate();
        return id;
    }

    private long replace(long id, JournaledLine line) throws SQLException {
        keepPlace.setLong(1, nextLineId++);
        keepPlace.setLong(2, id);
        keepPlace.executeUpdate();
        update.setInt(1, line.generation());
        update.setString(2, line.batch());
        update.setLong(3, line.line());
        setText(update, 4, line.jobId());
        update.setBoolean(5, line.isRepeat());
        update.setLong(6, id);
        update.executeUpdate();
        return id;
    }

    /** Remembers the job id; returns true if an earlier line has it. */
    private boolean isRepeat(@Nullable String jobId) throws SQLException {
        if (jobId == null) {
            return false;
        }
        FingerprintTable known = jobs;
        if (known == null) {
            known = new FingerprintTable(folder, "--data-dir");
            jobs = known;
            try (var statement = connection.createStatement();
                    var rows =
                            statement.executeQuery(
                                    "select job_id from lines where job_id is not null")) {
                while (rows.next()) {
                    known.putIfAbsent(FingerprintTable.fingerprint(rows.getString(1)), 0);
                }
            }
        }
        return known.putIfAbsent(FingerprintTable.fingerprint(jobId), 0).isPresent();
    }

    private String nameOf(long file) throws SQLException {
        String name = names.get(file);
        if (name == null) {
            name =
                    JournalSql.first(
                                    connection,
                                    "select batch from files where file = ? limit 1",
                                    row -> row.getString(1),
                                    file)
                            .orElseThrow();
            names.put(file, name);
        }
        return name;
    }

    private PlannedLine insert(
            long file, long sourceLine, long id, JournaledLine line, Action action)
            throws SQLException {
        long position = nextPosition++;
        plan.setLong(1, position);
        plan.setLong(2, file);
        plan.setLong(3, sourceLine);
        plan.setLong(4, id);
        plan.setString(5, action.name());
        plan.executeUpdate();
        return new PlannedLine(position, file, sourceLine, line, action);
    }

    private static void setText(PreparedStatement statement, int index, @Nullable String text)
            throws SQLException {
        if (text == null) {
            statement.setNull(index, Types.VARCHAR);
        } else {
            statement.setString(index, text);
        }
    }

    /** Saves the lines planned so far. Later runs know these lines. */
    public void commit() {
        JournalSql.call(
                () -> {
                    connection.commit();
                    return null;
                });
    }

    /**
     * Discards all uncommitted lines, and closes the open generation of a file, so that a later run
     * submits the file's new lines in another generation.
     */
    public void rollBack(long file) {
        JournalSql.call(
                () -> {
                    connection.rollback();
                    generations.close(file);
                    connection.commit();
                    return null;
                });
    }

    /** Discards all uncommitted lines. */
    @Override
    public void close() {
        if (jobs != null) {
            jobs.close();
        }
        JournalSql.call(
                () -> {
                    connection.rollback();
                    matcher.close();
                    for (var statement : List.of(insert, keepPlace, update, plan)) {
                        statement.close();
                    }
                    return null;
                });
    }
}
