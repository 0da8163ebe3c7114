package dev.millrace.gateway.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * Gateways that publish batches, for simulations in other modules. Gateways end, are killed and
 * excluded from their group, and their operations fail, until {@link #recover}.
 */
public final class SimulatedGateways {
    private static final int FAILURE_RATE = 60;
    private static final int TURNS_OF_AN_ASSIGNMENT = 50;

    private final Random random;
    private final PublisherSimulation simulation;
    private boolean isRecovered;
    private int turns;

    /**
     * @param fails whether operations fail
     * @param lines returns the line of a batch with a number from 0
     */
    public SimulatedGateways(long seed, boolean fails, BiFunction<String, Integer, String> lines) {
        random = new Random(seed);
        simulation = new PublisherSimulation(seed, 1, 4, 4);
        simulation.lines = lines;
        simulation.cluster.failureRate(fails ? FAILURE_RATE : 0);
        isRecovered = !fails;
    }

    /** Returns the log of the cluster. */
    public SimulatedLog log() {
        return simulation.cluster.log;
    }

    /** Accepts a batch with a number of lines, and returns its id. */
    public String submit(String tenant, int lines) {
        return simulation.submit(tenant, lines).submission.id();
    }

    /** Lets a gateway take a turn. */
    public void turn(Instant now) {
        simulation.pass(Duration.between(simulation.now(), now));
        if (turns++ % TURNS_OF_AN_ASSIGNMENT == 0) {
            simulation.cluster.timeOut();
            simulation.start();
            simulation.cluster.rebalance();
        }
        if (!isRecovered && random.nextInt(40) == 0) {
            simulation.stop();
        } else {
            simulation.turn();
        }
    }

    public void recover() {
        isRecovered = true;
        simulation.cluster.failureRate(0);
    }

    /** Returns true if all batches are published. */
    public boolean isDone() {
        return simulation.isDone();
    }

    /** Checks that each line was published once. */
    public void check() {
        simulation.check();
    }
}
