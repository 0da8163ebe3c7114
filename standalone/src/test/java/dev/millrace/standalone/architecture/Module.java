package dev.millrace.standalone.architecture;

import java.util.EnumSet;
import java.util.Set;

/** The modules, their folders, and which of ours each may use. */
enum Module {
    CONTRACTS("contracts", "contracts"),
    PRODUCER("producer", "producer"),
    ROUTER("router-stream", "router"),
    WORKER("worker", "worker"),
    SINK("results-sink", "sink"),
    SIMULATOR("upstream-simulator", "simulator"),
    BROKER("embedded-broker", "broker"),
    FIXTURES("test-fixtures", "fixtures"),
    STANDALONE("standalone", "standalone");

    private final String folder;
    private final String root;

    Module(String folder, String root) {
        this.folder = folder;
        this.root = "dev.millrace." + root;
    }

    String folder() {
        return folder;
    }

    /** Its packages as a pattern. */
    String packages() {
        return root + "..";
    }

    /** Its packages as slices, one each. */
    String slices() {
        return root + ".(**)";
    }

    /** Patterns of our packages that its classes may use. */
    String[] reach() {
        return mayUse().stream().map(Module::packages).toArray(String[]::new);
    }

    private Set<Module> mayUse() {
        return switch (this) {
            case CONTRACTS, BROKER -> EnumSet.of(this);
            case PRODUCER, ROUTER, WORKER, SINK, SIMULATOR -> EnumSet.of(CONTRACTS, this);
            case FIXTURES -> EnumSet.of(CONTRACTS, PRODUCER, SIMULATOR, BROKER, this);
            case STANDALONE -> EnumSet.complementOf(EnumSet.of(FIXTURES));
        };
    }
}
