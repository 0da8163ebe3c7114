package dev.millrace.bench.torture;

import dev.millrace.bench.process.ProcessUse;
import dev.millrace.testclusters.RestartableProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the cluster uses: files, threads and memory by Linux's {@code /proc}, control keys. */
final class Footprint {
    /** A process that was just started may use less than one that has worked. */
    private static final int FACTOR = 2;

    private static final int SPARE = 100;
    private static final String MEGABYTES = " MB";
    private static final String FILES = " files";
    private static final String THREADS = " threads";

    /** More than the maximum heap of a service. */
    private static final int SPARE_MEGABYTES = 400;

    /** Kinds of control keys that each batch or cancellation adds. */
    private static final Set<String> GROWING = Set.of("control budget", "control cancel");

    private static final List<String> PROCESSES =
            List.of("broker", "router", "worker", "retrieval", "sink", "gateway");

    private Footprint() {}

    /** Returns a row of a table: what all processes use, by kind, and their disks. */
    static Map<String, Object> row(Instant now, Cluster cluster, Path folder) throws IOException {
        Map<String, Long> amounts = of(cluster);
        var row = new LinkedHashMap<String, Object>();
        row.put("time", now.truncatedTo(ChronoUnit.SECONDS).toString());
        PROCESSES.forEach(it -> row.put(it + MEGABYTES, sum(amounts, it, MEGABYTES)));
        row.put("files", sum(amounts, "", FILES));
        row.put("threads", sum(amounts, "", THREADS));
        Process du =
                new ProcessBuilder("du", "-smc", folder + "", cluster.postgres().folder() + "")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var lines = du.inputReader().lines()) {
            row.put("disk MB", lines.reduce("", (_, last) -> last).split("\t", -1)[0]);
        }
        return row;
    }

    private static long sum(Map<String, Long> amounts, String beginning, String end) {
        return amounts.entrySet().stream()
                .filter(it -> it.getKey().startsWith(beginning) && it.getKey().endsWith(end))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Returns amounts by name; zero for processes that have ended, or on another system. */
    static Map<String, Long> of(Cluster cluster) {
        var amounts = new TreeMap<String, Long>();
        for (RestartableProcess process : cluster.processes()) {
            ProcessUse use = ProcessUse.of(process.pid());
            amounts.put(process.name() + FILES, use.files());
            amounts.put(process.name() + THREADS, use.threads());
            amounts.put(process.name() + MEGABYTES, use.residentMib());
        }
        for (String key : cluster.reader().keys(cluster.topics().control())) {
            amounts.merge("control " + key.substring(0, key.indexOf('/')), 1L, Long::sum);
        }
        return amounts;
    }

    /** Returns true if an amount at the end is much more than at the start of the load. */
    static boolean isLeak(String name, long start, long end) {
        long most = name.endsWith(MEGABYTES) ? start + SPARE_MEGABYTES : FACTOR * start + SPARE;
        return end > most && !GROWING.contains(name);
    }
}
