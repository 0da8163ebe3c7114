package dev.millrace.standalone.economy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Kills services at random moments, alternately a router and a worker. Every second killed router
 * loses its local state. A killed service restarts at once or after more submissions.
 */
final class KillPlan {
    /** One kill. */
    private record Kill(String command, boolean losesState, int jobsUntilRestart) {}

    private final RandomGenerator random;

    /** By the number of submitted jobs. */
    private final TreeMap<Integer, Kill> kills = new TreeMap<>();

    /** Killed services with the number of submitted jobs at which they restart. */
    private final Map<ServiceProcess, Integer> restarts = new LinkedHashMap<>();

    private int killedWorkers;

    /**
     * Chooses the moments.
     *
     * @param count number of kills; each has its own part of the jobs
     */
    KillPlan(int count, int jobs, RandomGenerator random) {
        this.random = random;
        int part = jobs / (count + 1);
        for (int i = 0; i < count; i++) {
            int moment = part / 2 + i * part + random.nextInt(part);
            var kill = new Kill(i % 2 == 0 ? "router" : "worker", i % 4 == 2, random.nextInt(part));
            kills.put(moment, kill);
        }
    }

    /** Returns true if a kill is due. */
    boolean isDue(int submitted) {
        return !kills.isEmpty() && kills.firstKey() <= submitted;
    }

    /**
     * Kills and restarts the services that are due.
     *
     * @param submitted number of jobs submitted so far
     */
    void continueTo(int submitted, List<ServiceProcess> services) throws IOException {
        for (var due : List.copyOf(restarts.entrySet())) {
            if (due.getValue() <= submitted) {
                restarts.remove(due.getKey());
                due.getKey().restart();
            }
        }
        while (isDue(submitted)) {
            kill(kills.pollFirstEntry().getValue(), submitted, services);
        }
    }

    private void kill(Kill kill, int submitted, List<ServiceProcess> services) throws IOException {
        var candidates = new ArrayList<>(services);
        candidates.removeIf(it -> !it.command().equals(kill.command()) || restarts.containsKey(it));
        ServiceProcess victim = candidates.get(random.nextInt(candidates.size()));
        victim.kill();
        killedWorkers += kill.command().equals("worker") ? 1 : 0;
        if (kill.losesState()) {
            victim.deleteState();
        }
        if (random.nextBoolean()) {
            victim.restart();
        } else {
            restarts.put(victim, submitted + kill.jobsUntilRestart());
        }
    }

    int killedWorkers() {
        return killedWorkers;
    }
}
