package dev.millrace.bench.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.sink.ApiFigures.PathLatency;
import dev.millrace.bench.sink.SinkFigures.Rate;
import dev.millrace.bench.store.StoreContender;
import dev.millrace.bench.store.StoreRow;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SinkFiguresTest {
    private static Rate rate(StoreContender contender, int resultBytes, double... rowsPerSecond) {
        return new Rate(
                DatabaseKind.SQLITE,
                resultBytes,
                contender,
                DoubleStream.of(rowsPerSecond)
                        .mapToObj(it -> new StoreRow(it, 20, 30, 200))
                        .toList(),
                OptionalDouble.of(0.01));
    }

    private static SinkFigures figures(List<String> problems) {
        return new SinkFigures(
                List.of(
                        rate(StoreContender.SINK, 1_024, 9_000, 40_000, 41_000),
                        rate(StoreContender.UPSERT, 1_024, 50_000, 49_000, 90_000),
                        rate(StoreContender.SINK, 16_384, 6_000),
                        rate(StoreContender.UPSERT, 16_384, 12_000),
                        rate(StoreContender.UPSERT_UNCOMPRESSED, 16_384, 5_000)),
                List.of(
                        new ApiFigures(
                                DatabaseKind.SQLITE,
                                new StoreRow(30_000, 20, 31, 201),
                                List.of(
                                        new PathLatency(
                                                "/usage",
                                                150,
                                                new LatencyPercentiles(2.5, 7, 80.25))))),
                List.of(
                        new ExportFigures(
                                DatabaseKind.SQLITE, 1_000_000, 1 << 30, 20, 25, 210, 212)),
                Map.of(DatabaseKind.POSTGRESQL, "no initdb"),
                problems);
    }

    @Test
    void textComparesMediansOfTheSameSize() {
        assertThat(new SinkText(figures(List.of())).toString())
                .containsPattern("SQLite +sink +1,024 +40,000 +20\\.0 +30 +200 +1\\.0\n")
                .containsPattern("bare upsert +1,024 +50,000 +20\\.0 +80 +≥ 70 met +30")
                .containsPattern("bare upsert +16,384 +12,000 +20\\.0 +50 +≥ 70 not met +30")
                .containsPattern("not compressed +16,384 +5,000 +20\\.0 +120 +30")
                .contains("PostgreSQL was not measured: no initdb");
    }

    @Test
    void textHasEachPathAndEachExport() {
        assertThat(new SinkText(figures(List.of())).toString())
                .containsPattern("SQLite +/usage +150 +2\\.5 +80\\.3 +30,000\n")
                .containsPattern("SQLite +1,000,000 +1,024 +20\\.0 +50,000 +25 +210 +212\n");
    }

    @Test
    void jsonHasEachRound() {
        assertThat(new SinkJson(figures(List.of())).toString())
                .contains(
                        """
                        {"database":"sqlite","result_bytes":1024,"contender":"upsert",\
                        "rows_per_s":50000,"cpu_us_per_row":20,"live_heap_mib":30,\
                        "resident_mib":200,"rows_per_s_of_rounds":[50000,49000,90000],\
                        "stolen":0.010000,"sink_relative":0.80000,"at_least":0.7}""")
                .contains("\"skipped\":{\"postgresql\":\"no initdb\"}")
                .endsWith("\"problems\":[],\"good\":true}");
    }

    @Test
    void missingRowMakesFiguresBad() {
        SinkFigures figures = figures(List.of("a row is missing"));

        assertThat(figures.isGood()).isFalse();
        assertThat(new SinkText(figures).toString()).contains("PROBLEM a row is missing");
    }
}
