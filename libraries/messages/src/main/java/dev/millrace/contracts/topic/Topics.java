package dev.millrace.contracts.topic;

import dev.millrace.contracts.job.Lane;
import java.util.regex.Pattern;

/**
 * Builds the names of the topics.
 *
 * @param prefix prefix of all names, such as {@code millrace.}
 */
public record Topics(String prefix) {
    /** Room in a record for its headers, its key and the overhead of a batch, in bytes. */
    public static final int OVERHEAD_BYTES = 64 << 10;

    private static final String JOBS = "jobs.";
    private static final int MAX_NAME_CHARS = 249;
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]*");
    private static final Pattern ILLEGAL_CHARACTER = Pattern.compile("[^a-zA-Z0-9._-]");

    public Topics {
        if (!LEGAL.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "a topic prefix must consist of letters, digits, '.', '_' and '-', was "
                            + prefix);
        }
    }

    /** Returns the name of the default request topic. */
    public String requests() {
        return prefix + "requests";
    }

    public String results() {
        return prefix + "results";
    }

    public String costs() {
        return prefix + "costs";
    }

    public String deadLetters() {
        return prefix + "dead-letters";
    }

    /** Returns the name of the topic of batch manifests. */
    public String batches() {
        return prefix + "batches";
    }

    /** Returns the name of the topic of batches that a gateway has accepted. */
    public String submissions() {
        return prefix + "submissions";
    }

    public String control() {
        return prefix + "control";
    }

    public String quota() {
        return prefix + "quota";
    }

    /** Returns the name of the topic with jobs whose answer the router looks up. */
    public String lookups() {
        return prefix + "lookups";
    }

    /** Returns the name of the topic of the ends of jobs that have a cache key. */
    public String answers() {
        return prefix + "answers";
    }

    /** Returns the name of the topic with the ends of parts. */
    public String parts() {
        return prefix + "parts";
    }

    /** Returns the name of the topic of the documents whose passages jobs can get. */
    public String documents() {
        return prefix + "documents";
    }

    /** Returns the name of the topic of vectors that a model of the catalog has computed. */
    public String vectors() {
        return prefix + "vectors";
    }

    /** Returns the name of the topic of jobs that wait for passages of documents. */
    public String retrievals() {
        return prefix + "retrievals";
    }

    /** Returns the name of the topic of jobs that got passages, or will never get them. */
    public String retrieved() {
        return prefix + "retrieved";
    }

    /** Returns the name of the topic in which partitions report their demands on budgets. */
    public String budgetReports() {
        return prefix + "budget-reports";
    }

    /** Returns the name of the topic by which budgets are lent to partitions. */
    public String budgetGrants() {
        return prefix + "budget-grants";
    }

    /** Returns the name of the topic of tokens that are forwarded while a call runs. */
    public String chunks() {
        return prefix + "chunks";
    }

    /** Returns the id of the consumer group of all routers. */
    public String routerGroup() {
        return prefix + "router";
    }

    /** Returns the id of the consumer group of all workers. */
    public String workerGroup() {
        return prefix + "worker";
    }

    /** Returns the id of the consumer group in which gateways share the submissions. */
    public String gatewayGroup() {
        return prefix + "gateway";
    }

    /** Returns the id of the consumer group of all retrieval services. */
    public String retrievalGroup() {
        return prefix + "retrieval";
    }

    /** Returns the start of the names of all topics that hold jobs. */
    public String jobTopicPrefix() {
        return prefix + JOBS;
    }

    /** Returns true if the topic holds jobs. */
    public boolean isJobTopic(String topic) {
        return topic.startsWith(jobTopicPrefix());
    }

    /**
     * Returns the topic of a model's jobs in one lane. Characters that are not allowed in a topic
     * name become {@code _}; the configuration rejects models whose names become equal.
     *
     * @throws IllegalArgumentException if the name would be too long for a topic
     */
    public String jobs(String model, Lane lane) {
        String name = jobTopicPrefix() + legal(model) + "." + lane.word();
        if (name.length() > MAX_NAME_CHARS) {
            throw new IllegalArgumentException(
                    "the topic name " + name + " is longer than " + MAX_NAME_CHARS + " characters");
        }
        return name;
    }

    /** A plain loop for speed: called several times per job, and nearly all names are legal. */
    private static String legal(String model) {
        for (int i = 0; i < model.length(); i++) {
            if (!isLegal(model.charAt(i))) {
                return ILLEGAL_CHARACTER.matcher(model).replaceAll("_");
            }
        }
        return model;
    }

    private static boolean isLegal(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
