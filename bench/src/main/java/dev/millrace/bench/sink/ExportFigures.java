package dev.millrace.bench.sink;

import dev.millrace.bench.database.DatabaseKind;

/**
 * The export of one batch over HTTP.
 *
 * @param lines lines of the export
 * @param bytes bytes of all lines
 * @param seconds time from the request to the last line
 * @param liveHeapMib heap in use after a full collection in the middle of the export
 * @param residentBeforeMib peak resident memory of the sink's process before the export
 * @param residentAfterMib peak resident memory after it
 */
record ExportFigures(
        DatabaseKind database,
        long lines,
        long bytes,
        double seconds,
        long liveHeapMib,
        long residentBeforeMib,
        long residentAfterMib) {
    double linesPerSecond() {
        return lines / seconds;
    }
}
