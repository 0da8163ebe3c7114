package dev.millrace.store.database;

import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
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

/** The table of the next offset of each partition, updated by compare-and-set. */
final class OffsetTable implements AutoCloseable {
    private static final String PARTITION =
            " WHERE cluster_id = ? AND topic_id = ? AND kafka_partition = ?";

    /** The order of updates, so that two writers wait for each other instead of deadlocking. */
    private static final Comparator<OffsetChange> ORDER =
            Comparator.comparing((OffsetChange change) -> change.partition().topicId())
                    .thenComparingInt(change -> change.partition().number());

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

    /** Returns the offsets of the partitions that the database knows. */
    Map<PartitionId, Long> read(Iterable<PartitionId> partitions) throws SQLException {
        var offsets = new HashMap<PartitionId, Long>();
        for (PartitionId partition : partitions) {
            bind(new Binder(select, dialect), partition);
            try (ResultSet rows = select.executeQuery()) {
                if (rows.next()) {
                    offsets.put(partition, rows.getLong(1));
                }
            }
        }
        return offsets;
    }

    /** Adds partitions. Partitions that another writer has added are left unchanged. */
    void add(Map<PartitionId, Long> offsets, Instant now) throws SQLException {
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

    /** Applies all changes, or returns the first one whose start differs from the stored offset. */
    Optional<OffsetChange> apply(List<OffsetChange> changes, Instant now) throws SQLException {
        for (OffsetChange change : changes.stream().sorted(ORDER).toList()) {
            var binder = new Binder(compareAndSet, dialect).number(change.to()).instant(now);
            bind(binder, change.partition()).number(change.from());
            if (compareAndSet.executeUpdate() != 1) {
                return Optional.of(change);
            }
        }
        return Optional.empty();
    }

    private static Binder bind(Binder binder, PartitionId partition) throws SQLException {
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
