package dev.millrace.bench.torture;

import dev.millrace.testclusters.RestartableProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the cluster uses: files, threads and memory by Linux's {@code /proc}, control keys. */
final class Footprint {
    /** A process that was just started may use less than one that has worked. */
    private static final int FACTOR = 2;

    private static final int SPARE = 100;
    private static final String MEGABYTES = " MB";

    /** More than the maximum heap of a service. */
    private static final int SPARE_MEGABYTES = 400;

    private static final long KIBIBYTES_PER_MEGABYTE = 1_024;

    /** Kinds of control keys that each batch or cancellation adds. */
    private static final Set<String> GROWING = Set.of("control budget", "control cancel");

    /** First letters of the names of processes by column. */
    private static final Map<String, String> PROCESSES =
            new TreeMap<>(
                    Map.of(
                            "brokers",
                            "b",
                            "routers",
                            "r",
                            "workers",
                            "w",
                            "retrieval",
                            "d",
                            "sinks",
                            "s",
                            "gateways",
                            "g"));

    /** Columns of {@link #row}. */
    static final List<String> COLUMNS =
            Stream.of(
                            Stream.of("time"),
                            PROCESSES.keySet().stream().map(it -> it + MEGABYTES),
                            Stream.of("files", "threads", "disk" + MEGABYTES))
                    .flatMap(it -> it)
                    .toList();

    private Footprint() {}

    /** Returns what all processes use, by kind, and their disks. */
    static Object[] row(Instant now, Cluster cluster, Path folder) throws IOException {
        Map<String, Long> amounts = of(cluster);
        var row = new ArrayList<Object>(List.of(now.truncatedTo(ChronoUnit.SECONDS).toString()));
        PROCESSES.values().forEach(it -> row.add(sum(amounts, it, MEGABYTES)));
        row.add(sum(amounts, "", " files"));
        row.add(sum(amounts, "", " threads"));
        Process du =
                new ProcessBuilder("du", "-smc", folder + "", cluster.postgres().folder() + "")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var lines = du.inputReader().lines()) {
            row.add(lines.reduce("", (_, last) -> last).split("\t")[0]);
        }
        return row.toArray();
    }

    private static long sum(Map<String, Long> amounts, String beginning, String end) {
        return amounts.entrySet().stream()
                .filter(it -> it.getKey().startsWith(beginning) && it.getKey().endsWith(end))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Returns amounts by name; without processes that have ended, or on another system. */
    static Map<String, Long> of(Cluster cluster) {
        var amounts = new TreeMap<String, Long>();
        for (RestartableProcess process : cluster.processes()) {
            Path folder = Path.of("/proc", Long.toString(process.pid()));
            try (Stream<Path> files = Files.list(folder.resolve("fd"))) {
                List<String> status = Files.readAllLines(folder.resolve("status"));
                amounts.put(process.name() + " files", files.count());
                amounts.put(process.name() + " threads", value(status, "Threads:"));
                amounts.put(
                        process.name() + MEGABYTES,
                        value(status, "VmRSS:") / KIBIBYTES_PER_MEGABYTE);
            } catch (IOException absent) {
                // It has no footprint.
            }
        }
        for (String key : cluster.reader().keys(cluster.topics().control())) {
            amounts.merge("control " + key.substring(0, key.indexOf('/')), 1L, Long::sum);
        }
        return amounts;
    }

    private static long value(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** Returns true if an amount at the end is much more than at the start of the load. */
    static boolean isLeak(String name, long start, long end) {
        long most = name.endsWith(MEGABYTES) ? start + SPARE_MEGABYTES : FACTOR * start + SPARE;
        return end > most && !GROWING.contains(name);
    }
}
