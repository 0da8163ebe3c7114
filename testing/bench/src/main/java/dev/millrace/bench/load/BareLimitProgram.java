package dev.millrace.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.cluster.BareClients;
import dev.millrace.bench.cluster.TransactionalHop;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.standalone.run.StartTime;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A program that does what {@code run} cannot avoid: it publishes the lines of a file, copies them
 * in transactions as the router does, calls the provider for each and writes an answer and a cost
 * event in a transaction as the worker does, stores both as rows as the sink does, and writes the
 * answers in the order of the lines. Prints the milliseconds since the start of its process.
 *
 * <p>Nothing is parsed, and a job is identified by the number of its line.
 */
public final class BareLimitProgram {
    private static final String REQUESTS = "requests";
    private static final String JOBS = "jobs";
    private static final String RESULTS = "results";
    private static final String COSTS = "costs";
    private static final List<String> TABLES = List.of(RESULTS, COSTS);
    private static final int PARTITIONS = 4;

    /** The bytes of a cost event; docs/capacity.md. */
    private static final byte[] COST = new byte[771];

    private static final Duration POLL = Duration.ofMillis(100);

    private final BareClients clients;
    private final Caller caller;
    private final int inFlight;

    private BareLimitProgram(String bootstrap, URI provider, int inFlight) {
        clients = new BareClients(bootstrap, "limit");
        caller = Caller.of(provider, inFlight);
        this.inFlight = inFlight;
    }

    /**
     * Runs the program.
     *
     * @param args the folder of broker and database, the file of lines, the provider's address
     *     ending in {@code /v1}, the calls at once, and the file of answers
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Path lines = Path.of(args[1]);
        try (var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(folder))) {
            String bootstrap = broker.bootstrapServers();
            try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
                admin.createTopics(
                                Stream.of(REQUESTS, JOBS, RESULTS, COSTS)
                                        .map(it -> new NewTopic(it, PARTITIONS, (short) 1))
                                        .toList())
                        .all()
                        .get();
            }
            var limit =
                    new BareLimitProgram(bootstrap, URI.create(args[2]), Integer.parseInt(args[3]));
            limit.startHop("router", REQUESTS, BareLimitProgram::copies);
            limit.startHop("worker", JOBS, limit::answers);
            long jobs = limit.publish(lines);
            try (var rows = DriverManager.getConnection("jdbc:sqlite:" + folder + "/rows.db")) {
                limit.store(rows, jobs);
                export(rows, Path.of(args[4]));
            }
            System.out.println(Duration.ofNanos(System.nanoTime() - StartTime.nanos()).toMillis());
            // Before the broker is closed, which the hops use until the end of the JVM.
            System.exit(0);
        }
    }

    private void startHop(
            String name,
            String topic,
            Function<ConsumerRecords<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> work) {
        var own = new BareClients(clients.bootstrap(), name);
        Map<String, Object> polled = Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, inFlight);
        Consumer<byte[], byte[]> consumer = own.consumer("consumer", polled);
        consumer.subscribe(List.of(topic));
        var hop =
                new TransactionalHop(consumer, own.transactionalProducer(), work, System::nanoTime);
        Thread.ofPlatform().daemon().name(name).start(hop);
    }

    private static List<ProducerRecord<byte[], byte[]>> copies(
            ConsumerRecords<byte[], byte[]> records) {
        List<ProducerRecord<byte[], byte[]>> jobs = new ArrayList<>();
        records.forEach(it -> jobs.add(new ProducerRecord<>(JOBS, it.key(), it.value())));
        return jobs;
    }

    /** Makes the calls of all records at once. */
    private List<ProducerRecord<byte[], byte[]>> answers(ConsumerRecords<byte[], byte[]> records) {
        List<Call> calls = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> it : records) {
            var answer = new FutureTask<>(() -> caller.answer(body(it.value())));
            calls.add(new Call(it.key(), answer));
            Thread.ofVirtual().start(answer);
        }
        List<ProducerRecord<byte[], byte[]>> written = new ArrayList<>();
        for (Call call : calls) {
            written.add(new ProducerRecord<>(RESULTS, call.key(), join(call.answer())));
            written.add(new ProducerRecord<>(COSTS, call.key(), COST));
        }
        return written;
    }

    private record Call(byte[] key, FutureTask<byte[]> answer) {}

    private static byte[] join(FutureTask<byte[]> call) {
        try {
            return call.get();
        } catch (Exception e) {
            throw new IllegalStateException("a call failed", e);
        }
    }

    /** Returns the body of a line, which is its last member. */
    private static byte[] body(byte[] line) {
        String text = new String(line, UTF_8);
        int begin = text.indexOf(GeneratedJob.BODY) + GeneratedJob.BODY.length();
        return text.substring(begin, text.length() - 1).getBytes(UTF_8);
    }

    /** Publishes the lines, and returns their number. */
    private long publish(Path file) throws IOException {
        long number = 0;
        try (var producer = clients.idempotentProducer();
                var lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                byte[] key = Long.toString(number++).getBytes(UTF_8);
                Future<RecordMetadata> _ =
                        producer.send(new ProducerRecord<>(REQUESTS, key, line.getBytes(UTF_8)));
            }
        }
        return number;
    }

    /** Stores answers and cost events, in a transaction for each poll, until all are stored. */
    private void store(Connection rows, long jobs) throws SQLException {
        Map<String, PreparedStatement> inserts = new HashMap<>();
        try (var setup = rows.createStatement()) {
            setup.execute("PRAGMA journal_mode = WAL");
            for (String table : TABLES) {
                setup.execute("CREATE TABLE " + table + " (job INTEGER PRIMARY KEY, value BLOB)");
                inserts.put(
                        table, rows.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)"));
            }
        }
        rows.setAutoCommit(false);
        try (var consumer = clients.consumer(TABLES)) {
            for (long stored = 0; stored < TABLES.size() * jobs; ) {
                for (ConsumerRecord<byte[], byte[]> it : consumer.poll(POLL)) {
                    PreparedStatement insert = Objects.requireNonNull(inserts.get(it.topic()));
                    insert.setLong(1, Long.parseLong(new String(it.key(), UTF_8)));
                    insert.setBytes(2, it.value());
                    insert.addBatch();
                    stored++;
                }
                for (PreparedStatement insert : inserts.values()) {
                    insert.executeBatch();
                }
                rows.commit();
            }
        }
    }

    private static void export(Connection rows, Path output) throws SQLException, IOException {
        try (var query = rows.createStatement();
                var results = query.executeQuery("SELECT value FROM results ORDER BY job");
                var out = Files.newOutputStream(output);
                var buffered = new BufferedOutputStream(out)) {
            while (results.next()) {
                buffered.write(results.getBytes(1));
                buffered.write('\n');
            }
        }
    }
}
