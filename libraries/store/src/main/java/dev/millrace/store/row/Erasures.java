package dev.millrace.store.row;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows that were deleted intentionally and must not be stored again.
 *
 * @param deletedBefore rows of earlier records are deleted
 * @param forgotten times up to which rows of tenants and batches are deleted
 */
public record Erasures(Instant deletedBefore, Map<Subject, Instant> forgotten) {
    public Erasures {
        forgotten = Map.copyOf(forgotten);
    }

    /**
     * A tenant, or a batch of a tenant.
     *
     * @param batch empty for all batches
     */
    public record Subject(String tenant, String batch) {}

    /** Returns the rows that were not deleted, in the given order. */
    public List<Row> keep(List<Row> rows) {
        return rows.stream().allMatch(this::keeps)
                ? rows
                : rows.stream().filter(this::keeps).toList();
    }

    private boolean keeps(Row row) {
        Instant recordedAt = row.position().recordedAt();
        if (recordedAt.isBefore(deletedBefore)) {
            return false;
        }
        return forgotten.isEmpty()
                || switch (row) {
                    case Row.Result it -> keeps(it.view().tenant(), it.view().batch(), recordedAt);
                    case Row.Cost it -> keeps(it.event().tenant(), it.event().batch(), recordedAt);
                    case Row.Letter it ->
                            keeps(it.letter().tenant(), it.letter().batch(), recordedAt);
                    case Row.Manifest it ->
                            keeps(it.manifest().tenant(), it.manifest().batch(), recordedAt);
                    case Row.Unreadable _ -> true;
                };
    }

    private boolean keeps(@Nullable String tenant, @Nullable String batch, Instant recordedAt) {
        return tenant == null
                || (keeps(new Subject(tenant, ""), recordedAt)
                        && (batch == null || keeps(new Subject(tenant, batch), recordedAt)));
    }

    private boolean keeps(Subject subject, Instant recordedAt) {
        Instant until = forgotten.get(subject);
        return until == null || recordedAt.isAfter(until);
    }
}
