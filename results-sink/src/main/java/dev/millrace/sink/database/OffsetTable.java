package dev.millrace.sink.database;

import dev.millrace.sink.row.Move;
import dev.millrace.sink.row.Partition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The next offset of each partition, compared and set. */
final class OffsetTable implements AutoCloseable {
    private static final String PARTITION =
            " WHERE cluster_id = ? AND topic_id = ? AND kafka_partition = ?";

    /** Always in this order, so that two writers wait for each other instead of deadlocking. */
    private static final Comparator<Move> ORDER =
            Comparator.comparing((Move move) -> move.partition().topicId())
                    .thenComparingInt(move -> move.partition().number());

    private final Dialect dialect;
    private final PreparedStatement select;
    private final PreparedStatement insert;
    private final PreparedStatement compareAndSet;

    OffsetTable(Connection connection, Dialect dialect) throws SQLException {
        this.dialect = dialect;
        select = connection.prepareStatement("SELECT next_offset FROM offsets" + PARTITION);
        insert =
                connection.prepareStatement(
                        "INSERT INTO offsets (cluster_id, topic_id, kafka_partition, topic,"
                                + " next_offset, updated_at) VALUES (?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT DO NOTHING");
        compareAndSet =
                connection.prepareStatement(
                        "UPDATE offsets SET next_offset = ?, updated_at = ?"
                                + PARTITION
                                + " AND next_offset = ?");
    }

    /** Those of the partitions that the database knows. */
    Map<Partition, Long> read(Iterable<Partition> partitions) throws SQLException {
        var offsets = new HashMap<Partition, Long>();
        for (Partition partition : partitions) {
            bind(new Binder(select, dialect), partition);
            try (ResultSet rows = select.executeQuery()) {
                if (rows.next()) {
                    offsets.put(partition, rows.getLong(1));
                }
            }
        }
        return offsets;
    }

    /** Adds partitions; those that somebody else has added meanwhile stay as they are. */
    void add(Map<Partition, Long> offsets, Instant now) throws SQLException {
        var binder = new Binder(insert, dialect);
        for (var entry : offsets.entrySet()) {
            bind(binder, entry.getKey())
                    .text(entry.getKey().topic())
                    .number(entry.getValue())
                    .instant(now)
                    .add();
        }
        insert.executeBatch();
    }

    /** Makes all moves, or returns the first that does not start where the database stands. */
    Optional<Move> move(List<Move> moves, Instant now) throws SQLException {
        for (Move move : moves.stream().sorted(ORDER).toList()) {
            var binder = new Binder(compareAndSet, dialect).number(move.to()).instant(now);
            bind(binder, move.partition()).number(move.from());
            if (compareAndSet.executeUpdate() != 1) {
                return Optional.of(move);
            }
        }
        return Optional.empty();
    }

    private static Binder bind(Binder binder, Partition partition) throws SQLException {
        return binder.text(partition.clusterId())
                .text(partition.topicId())
                .number(partition.number());
    }

    @Override
    public void close() throws SQLException {
        select.close();
        insert.close();
        compareAndSet.close();
    }
}
