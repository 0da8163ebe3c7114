package dev.millrace.standalone.run.journal;

import dev.millrace.standalone.fingerprint.FingerprintTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Draws up what one run does with each line: find the {@link #files}, {@link #meet} each line, then
 * either {@link #keep} it or {@link #submit} it in this run's batch. {@link #commit} keeps what has
 * been planned so far.
 */
public final class RunPlan implements AutoCloseable {
    private static final String FIND =
            "select l.id, l.generation, l.batch, l.line, l.job_id, l.repeat,"
                    + " l.line <= coalesce(s.published_through, 0) as published"
                    + " from unmet u join lines l on l.id = u.line_id"
                    + " left join submissions s on s.file = l.file"
                    + " and s.generation = l.generation"
                    + " where u.file = ? and u.key = ? order by u.line_id limit 1";
    private static final String UPDATE =
            "update lines set generation = ?, batch = ?, line = ?, job_id = ?, repeat = ?"
                    + " where id = ?";

    private final Connection connection;
    private final FileRegister register;
    private final Generations generations;
    private final PreparedStatement find;
    private final PreparedStatement forget;
    private final PreparedStatement insert;
    private final PreparedStatement replaced;
    private final PreparedStatement update;
    private final PreparedStatement plan;
    private final Set<Long> knownFiles = new HashSet<>();
    private final Map<Long, String> names = new HashMap<>();
    private @Nullable FingerprintTable jobs;
    private long nextLine;
    private long positions;

    private RunPlan(
            Connection connection,
            Instant now,
            Duration repeatsWindow,
            Predicate<String> isBatchTaken)
            throws SQLException {
        this.connection = connection;
        register = new FileRegister(connection, isBatchTaken);
        generations = new Generations(connection, now, repeatsWindow);
        find = connection.prepareStatement(FIND);
        forget =
                connection.prepareStatement(
                        "delete from unmet where file = ? and key = ? and line_id = ?");
        insert = connection.prepareStatement("insert into lines values (?, ?, ?, ?, ?, ?, ?, ?)");
        replaced =
                connection.prepareStatement(
                        "insert into replaced select job_id from lines where id = ?"
                                + " and job_id is not null");
        update = connection.prepareStatement(UPDATE);
        plan = connection.prepareStatement("insert into plan values (?, ?, ?, ?, ?)");
    }

    static RunPlan start(
            Connection connection,
            Instant now,
            Duration repeatsWindow,
            Predicate<String> isBatchTaken)
            throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("delete from plan");
            // Lines that this run has not met yet, of the files that it knows.
            statement.execute("drop table if exists temp.unmet");
            statement.execute(
                    "create temp table unmet (file integer not null, key blob not null,"
                            + " line_id integer not null, primary key (file, key, line_id))"
                            + " without rowid");
            try (var run =
                    connection.prepareStatement("insert into runs (started_at) values (?)")) {
                run.setString(1, now.toString());
                run.executeUpdate();
            }
            var started = new RunPlan(connection, now, repeatsWindow, isBatchTaken);
            try (var last = statement.executeQuery("select coalesce(max(id), 0) from lines")) {
                last.next();
                started.nextLine = last.getLong(1) + 1;
            }
            return started;
        }
    }

    /** Finds the files of this run, or makes them known; in the order of the arguments. */
    public List<PlannedFile> files(List<FileIdentity> identities) {
        return Sql.in(
                () -> {
                    List<PlannedFile> files = register.find(identities);
                    for (int i = 0; i < files.size(); i++) {
                        PlannedFile file = files.get(i);
                        generations.onFile(file.id(), identities.get(i).digest());
                        if (!file.isNew()) {
                            knownFiles.add(file.id());
                            expect(file.id());
                        }
                    }
                    return files;
                });
    }

    /** In the order of the keys, since the rows of another order would be written all over. */
    private void expect(long file) throws SQLException {
        try (var lines =
                connection.prepareStatement(
                        "insert into unmet select file, key, id from lines where file = ?"
                                + " order by file, key, id")) {
            lines.setLong(1, file);
            lines.executeUpdate();
        }
    }

    /**
     * Meets a line: gives what is known of the next occurrence of this key that this run has not
     * met; empty for a new line, which is to be submitted.
     */
    public Optional<Occurrence> meet(long file, byte[] key) {
        return knownFiles.contains(file)
                ? Sql.in(() -> nextOccurrence(file, key))
                : Optional.empty();
    }

    private Optional<Occurrence> nextOccurrence(long file, byte[] key) throws SQLException {
        find.setLong(1, file);
        find.setBytes(2, key);
        Occurrence next;
        try (var row = find.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            var line =
                    new JournaledLine(
                            row.getInt(2),
                            row.getString(3),
                            row.getLong(4),
                            row.getString(5),
                            row.getBoolean(6),
                            row.getBoolean(7));
            next = new Occurrence(file, row.getLong(1), line);
        }
        forget.setLong(1, file);
        forget.setBytes(2, key);
        forget.setLong(3, next.id);
        forget.executeUpdate();
        return Optional.of(next);
    }

    /** A line that an earlier run has met. */
    public record Occurrence(long file, long id, JournaledLine line) {}

    /** Plans a known line under the name it has. */
    public PlannedLine keep(Occurrence known, long sourceLine, Fate fate) {
        return Sql.in(() -> insert(known.file, sourceLine, known.id, known.line, fate));
    }

    /**
     * Plans a known line to be published, perhaps again, under the name it has.
     *
     * @param jobId what the router will call the job: another id than before when the tenant of the
     *     request topic has changed
     */
    public PlannedLine resume(Occurrence known, long sourceLine, @Nullable String jobId) {
        return Sql.in(
                () -> {
                    JournaledLine line = known.line;
                    if (!Objects.equals(jobId, line.jobId())) {
                        line =
                                new JournaledLine(
                                        line.generation(),
                                        line.batch(),
                                        line.line(),
                                        jobId,
                                        jobId != null && isKnown(jobId),
                                        line.published());
                        replace(known.id, line);
                    }
                    return insert(known.file, sourceLine, known.id, line, Fate.PUBLISH);
                });
    }

    /**
     * Plans a line to be published in this run's generation of its file.
     *
     * @param known what it was before, when it is to be sent again; null for a new line
     * @param claimedBatch the batch that the line itself names; null for the file's
     * @param jobIdIn gives the job id of the line in a batch, or null when it has none
     */
    public PlannedLine submit(
            long file,
            byte[] key,
            @Nullable Occurrence known,
            long sourceLine,
            @Nullable String claimedBatch,
            Function<String, @Nullable String> jobIdIn) {
        return Sql.in(
                () -> {
                    int generation =
                            known == null
                                    ? generations.ofNewLine(file, sourceLine)
                                    : generations.ofRepeatedLine(file);
                    String base = claimedBatch == null ? nameOf(file) : claimedBatch;
                    String batch = BatchNames.ofGeneration(base, generation);
                    String jobId = jobIdIn.apply(batch);
                    var line =
                            new JournaledLine(
                                    generation,
                                    batch,
                                    sourceLine,
                                    jobId,
                                    jobId != null && isKnown(jobId),
                                    false);
                    long id = known == null ? append(file, key, line) : replace(known.id, line);
                    return insert(file, sourceLine, id, line, Fate.PUBLISH);
                });
    }

    private long append(long file, byte[] key, JournaledLine line) throws SQLException {
        long id = nextLine++;
        insert.setLong(1, id);
        insert.setLong(2, file);
        insert.setBytes(3, key);
        insert.setInt(4, line.generation());
        insert.setString(5, line.batch());
        insert.setLong(6, line.line());
        setText(insert, 7, line.jobId());
        insert.setBoolean(8, line.repeat());
        insert.executeUpdate();
        return id;
    }

    private long replace(long id, JournaledLine line) throws SQLException {
        replaced.setLong(1, id);
        replaced.executeUpdate();
        update.setInt(1, line.generation());
        update.setString(2, line.batch());
        update.setLong(3, line.line());
        setText(update, 4, line.jobId());
        update.setBoolean(5, line.repeat());
        update.setLong(6, id);
        update.executeUpdate();
        return id;
    }

    /** Remembers the job; returns whether an earlier line is the same job. */
    private boolean isKnown(String jobId) throws SQLException {
        FingerprintTable known = jobs;
        if (known == null) {
            known = new FingerprintTable();
            jobs = known;
            try (var statement = connection.createStatement();
                    var rows =
                            statement.executeQuery(
                                    "select job_id from lines where job_id is not null"
                                            + " union all select job_id from replaced")) {
                while (rows.next()) {
                    known.putIfAbsent(FingerprintTable.of(rows.getString(1)), 0);
                }
            }
        }
        return known.putIfAbsent(FingerprintTable.of(jobId), 0).isPresent();
    }

    /**
     * Whether a submission has lines, up to this one, of which Kafka has acknowledged nothing and
     * which this run has not met: it will not publish them.
     */
    public boolean hasUnmet(Generation generation, long throughLine) {
        return Sql.in(
                () -> {
                    try (var select =
                            connection.prepareStatement(
                                    "select exists (select 1 from unmet u"
                                            + " join lines l on l.id = u.line_id where u.file = ?"
                                            + " and l.generation = ? and l.line <= ?"
                                            + " and l.line > coalesce((select published_through"
                                            + " from submissions s where s.file = l.file and"
                                            + " s.generation = l.generation), 0))")) {
                        select.setLong(1, generation.file());
                        select.setInt(2, generation.number());
                        select.setLong(3, throughLine);
                        try (var row = select.executeQuery()) {
                            row.next();
                            return row.getBoolean(1);
                        }
                    }
                });
    }

    private String nameOf(long file) throws SQLException {
        String name = names.get(file);
        if (name == null) {
            try (var select = connection.prepareStatement("select name from files where id = ?")) {
                select.setLong(1, file);
                try (var row = select.executeQuery()) {
                    row.next();
                    name = row.getString(1);
                    names.put(file, name);
                }
            }
        }
        return name;
    }

    private PlannedLine insert(long file, long sourceLine, long id, JournaledLine line, Fate fate)
            throws SQLException {
        long position = positions++;
        plan.setLong(1, position);
        plan.setLong(2, file);
        plan.setLong(3, sourceLine);
        plan.setLong(4, id);
        plan.setString(5, fate.name());
        plan.executeUpdate();
        return new PlannedLine(position, file, sourceLine, line, fate);
    }

    private static void setText(PreparedStatement statement, int index, @Nullable String text)
            throws SQLException {
        if (text == null) {
            statement.setNull(index, Types.VARCHAR);
        } else {
            statement.setString(index, text);
        }
    }

    /** Keeps what has been planned so far: from now on its lines are known. */
    public void commit() {
        Sql.in(
                () -> {
                    connection.commit();
                    return null;
                });
    }

    /**
     * Drops what was not committed. Lines of this file that a later run meets for the first time do
     * not join the generation of this reading.
     */
    public void abandon(long file) {
        Sql.in(
                () -> {
                    connection.rollback();
                    generations.close(file);
                    connection.commit();
                    return null;
                });
    }

    /** Drops what was not committed. */
    @Override
    public void close() {
        if (jobs != null) {
            jobs.close();
        }
        Sql.in(
                () -> {
                    connection.rollback();
                    for (var statement :
                            new PreparedStatement[] {
                                find, forget, insert, replaced, update, plan
                            }) {
                        statement.close();
                    }
                    return null;
                });
    }
}
