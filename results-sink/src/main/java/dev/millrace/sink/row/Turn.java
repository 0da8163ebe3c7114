package dev.millrace.sink.row;

import java.util.List;

/**
 * What is stored in one database transaction: all of it or nothing.
 *
 * @param rows in the order in which they were read
 * @param moves one for each partition that was read from
 */
public record Turn(List<Row> rows, List<Move> moves) {
    public Turn {
        rows = List.copyOf(rows);
        moves = List.copyOf(moves);
    }
}
