package dev.millrace.standalone.economy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Kills and suspends services at random moments, alternately a router and a worker. A killed
 * service restarts at once or after more submissions; a suspended one resumes when others have
 * taken over its jobs.
 */
final class FaultPlan {
    private static final String ROUTER = "router";
    private static final String WORKER = "worker";
    private static final Map<String, List<Kind>> KINDS =
            Map.of(
                    ROUTER, List.of(Kind.KILL, Kind.KILL_AND_DELETE_STATE, Kind.SUSPEND),
                    WORKER, List.of(Kind.KILL, Kind.SUSPEND));

    private enum Kind {
        KILL,
        KILL_AND_DELETE_STATE,
        SUSPEND
    }

    private record Fault(String command, Kind kind, int jobsUntilRestart) {}

    private final RandomGenerator random;

    /** By the number of submitted jobs. */
    private final TreeMap<Integer, Fault> faults = new TreeMap<>();

    /** Killed services with the number of submitted jobs at which they restart. */
    private final Map<ServiceProcess, Integer> restarts = new LinkedHashMap<>();

    private int hitWorkers;

    /**
     * Chooses the moments.
     *
     * @param count number of faults; each has its own part of the jobs
     */
    FaultPlan(int count, int jobs, RandomGenerator random) {
        this.random = random;
        int part = jobs / (count + 1);
        for (int i = 0; i < count; i++) {
            int moment = part / 2 + i * part + random.nextInt(part);
            String command = i % 2 == 0 ? ROUTER : WORKER;
            List<Kind> kinds = KINDS.getOrDefault(command, List.of());
            Kind kind = kinds.get(i / 2 % kinds.size());
            faults.put(moment, new Fault(command, kind, random.nextInt(part)));
        }
    }

    /** Returns true if a fault is due. */
    boolean isDue(int submitted) {
        return !faults.isEmpty() && faults.firstKey() <= submitted;
    }

    /**
     * Hits and restarts the services that are due.
     *
     * @param submitted number of jobs submitted so far
     * @param takeover returns when all of these jobs have ended
     */
    void continueTo(int submitted, List<ServiceProcess> services, Runnable takeover)
            throws IOException {
        restart(submitted);
        while (isDue(submitted)) {
            Fault fault = faults.pollFirstEntry().getValue();
            hitWorkers += fault.command().equals(WORKER) ? 1 : 0;
            if (fault.kind() == Kind.SUSPEND) {
                restart(Integer.MAX_VALUE);
                ServiceProcess victim = victim(fault, services);
                victim.suspend();
                takeover.run();
                victim.resume();
            } else {
                kill(victim(fault, services), fault, submitted);
            }
        }
    }

    private void restart(int submitted) throws IOException {
        for (var due : List.copyOf(restarts.entrySet())) {
            if (due.getValue() <= submitted) {
                restarts.remove(due.getKey());
                due.getKey().restart();
            }
        }
    }

    private ServiceProcess victim(Fault fault, List<ServiceProcess> services) {
        var candidates = new ArrayList<>(services);
        candidates.removeIf(
                it -> !it.command().equals(fault.command()) || restarts.containsKey(it));
        return candidates.get(random.nextInt(candidates.size()));
    }

    private void kill(ServiceProcess victim, Fault fault, int submitted) throws IOException {
        victim.kill();
        if (fault.kind() == Kind.KILL_AND_DELETE_STATE) {
            victim.deleteState();
        }
        if (random.nextBoolean()) {
            victim.restart();
        } else {
            restarts.put(victim, submitted + fault.jobsUntilRestart());
        }
    }

    /** Returns how often a worker was killed or suspended. */
    int hitWorkers() {
        return hitWorkers;
    }
}
