package dev.millrace.standalone.architecture;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The modules of the project, their folders, and the allowed dependencies of each. */
enum Module {
    YAML("libraries/yaml", "yaml"),
    MESSAGES(
            "libraries/messages",
            "contracts.batch",
            "contracts.digest",
            "contracts.error",
            "contracts.gzip",
            "contracts.header",
            "contracts.job",
            "contracts.json",
            "contracts.kafka",
            "contracts.memory",
            "contracts.money",
            "contracts.output",
            "contracts.result",
            "contracts.retrieval",
            "contracts.topic"),
    CONTRACTS(
            "libraries/contracts",
            "contracts.budget",
            "contracts.catalog",
            "contracts.chunk",
            "contracts.control",
            "contracts.file",
            "contracts.policy",
            "contracts.service",
            "contracts.usage",
            "contracts.waiting",
            "contracts.webhook"),
    CONFIGURATION("libraries/configuration", "configuration"),
    CONTROL("libraries/control", "control"),
    CONSUMER("libraries/consumer", "consumer"),
    CLIENT("libraries/client", "client"),
    PRODUCER("producer", "producer"),
    WIRE("libraries/wire", "wire"),
    QUOTA("libraries/quota", "quota"),
    SIMILARITY("features/similarity", "similarity"),
    LANGUAGE("features/language", "language"),
    RETRIEVAL("features/retrieval", "retrieval"),
    ROUTER("router-stream", "router"),
    WORKER("worker", "worker"),
    STORE("libraries/store", "store"),
    RESULTS("libraries/results", "results"),
    SINK("results-sink", "sink"),
    GATEWAY("gateway", "gateway"),
    WEBHOOKS("features/webhooks", "webhooks"),
    PRICE_LISTS("features/price-lists", "pricelist"),
    TRANSLATION("features/translation", "translation"),
    TRACES("features/traces", "traces"),
    SIMULATOR("testing/simulator", "simulator"),
    BROKER("libraries/embedded-broker", "broker"),
    TEST_CLUSTERS("testing/testclusters", "testclusters"),
    TEST_WAITS("testing/testwaits", "testwaits"),
    STANDALONE("standalone", "standalone");

    private static final Pattern SPACE = Pattern.compile(" ");

    private final String folder;

    /** Root packages below the root of the project, separated by spaces. */
    private final String roots;

    /**
     * @param roots root packages, below that of the project
     */
    Module(String folder, String... roots) {
        this.folder = folder;
        this.roots = String.join(" ", roots);
    }

    String folder() {
        return folder;
    }

    /** Returns the module's name, as pages write it. */
    String title() {
        return folder.substring(folder.lastIndexOf('/') + 1);
    }

    /** Returns patterns of the module's packages. */
    String[] packages() {
        return patterns(Stream.of(this));
    }

    /** Returns patterns of the project's packages that the module may use. */
    String[] allowedPackages() {
        return patterns(mayUse().stream());
    }

    private static String[] patterns(Stream<Module> modules) {
        return modules.flatMap(it -> SPACE.splitAsStream(it.roots))
                .map(root -> "dev.millrace." + root + "..")
                .toArray(String[]::new);
    }

    /** Returns the modules whose packages this one may use, itself included. */
    Set<Module> mayUse() {
        return switch (this) {
            case YAML, BROKER, QUOTA, SIMILARITY, LANGUAGE, TEST_WAITS -> EnumSet.of(this);
            case MESSAGES, SIMULATOR -> EnumSet.of(YAML, this);
            case CONTRACTS -> EnumSet.of(YAML, MESSAGES, this);
            case CONFIGURATION, PRICE_LISTS -> EnumSet.of(YAML, MESSAGES, CONTRACTS, this);
            case CONSUMER, PRODUCER -> EnumSet.of(MESSAGES, this);
            case CLIENT -> EnumSet.of(MESSAGES, PRODUCER, CONSUMER, this);
            case CONTROL, WIRE, STORE -> EnumSet.of(MESSAGES, CONTRACTS, this);
            case RETRIEVAL ->
                    EnumSet.of(YAML, CONFIGURATION, MESSAGES, CONTRACTS, SIMILARITY, this);
            case SINK, RESULTS -> EnumSet.of(MESSAGES, CONTRACTS, STORE, this);
            case TRANSLATION -> EnumSet.of(MESSAGES, CONTRACTS, WIRE, this);
            case TRACES -> EnumSet.of(CONFIGURATION, MESSAGES, CONTRACTS, this);
            case WEBHOOKS -> EnumSet.of(CONFIGURATION, MESSAGES, CONTRACTS, STORE, RESULTS, this);
            case GATEWAY ->
                    EnumSet.of(
                            CONFIGURATION,
                            MESSAGES,
                            CONTRACTS,
                            CONTROL,
                            PRODUCER,
                            WIRE,
                            STORE,
                            RESULTS,
                            this);
            case ROUTER ->
                    EnumSet.of(
                            YAML,
                            CONFIGURATION,
                            MESSAGES,
                            CONTRACTS,
                            CONTROL,
                            WIRE,
                            SIMILARITY,
                            LANGUAGE,
                            this);
            case WORKER ->
                    EnumSet.of(CONFIGURATION, MESSAGES, CONTRACTS, CONTROL, WIRE, QUOTA, this);
            case TEST_CLUSTERS ->
                    EnumSet.of(
                            CONFIGURATION,
                            MESSAGES,
                            CONTRACTS,
                            CONTROL,
                            PRODUCER,
                            SIMULATOR,
                            BROKER,
                            this);
            case STANDALONE -> EnumSet.complementOf(EnumSet.of(TEST_CLUSTERS, TEST_WAITS));
        };
    }
}
