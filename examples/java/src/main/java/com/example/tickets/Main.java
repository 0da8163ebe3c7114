package com.example.tickets;

import java.nio.file.Path;

/** Publishes a batch file, and stores its answers in {@code answers.db}. */
public final class Main {
    private Main() {}

    /**
     * Returns when every line has ended.
     *
     * @param args the address of Kafka, the batch file, and a name for the batch
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: Main HOST:PORT FILE BATCH");
            System.exit(2);
        }
        try (var store = new AnswerStore(Path.of("answers.db"))) {
            int before = store.count();
            int lines = new QuestionPublisher(args[0]).publish(Path.of(args[1]), args[2]);
            new AnswerCollector(args[0]).collect(store, before + lines);
            System.out.println(lines + " answers in answers.db");
        }
    }
}
