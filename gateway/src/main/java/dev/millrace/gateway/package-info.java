/**
 * The gateway: the HTTP interface of the pipeline. It serves clients of OpenAI and Anthropic, the
 * usage API and the dashboard. Any number of gateways can run side by side: all lasting state is in
 * Kafka, in the file store, or in the sink's database, which the gateway only reads.
 *
 * <p>{@link dev.millrace.gateway.Gateway} assembles the gateway; {@link
 * dev.millrace.gateway.FilesAndBatches} assembles files and batches. The path of a request:
 *
 * <pre>
 * server ─► connection ─► http.GatewayApi ─► key.KeyAuthenticator    sender and permissions
 * limits    notices a     finds the Route
 *           client that        │
 *           has gone           ├─► answer.AnswerRoutes ─► job.JobClient ─► job.ResultReader
 *                              │   a call                 publishes a job  reads its result
 *                              │      └─► stream.StreamedCalls             "stream": true
 *                              │          └─► stream.ChunkReader           reads its tokens
 *                              ├─► async.JobRoutes ─────► job.JobClient    a job nobody waits for
 *                              ├─► answer.ModelRoutes
 *                              ├─► usage.UsageApi ──────► results.Connections  /api/v1
 *                              ├─► file.FileRoutes ─────► store.FileStore  uploads, output files
 *                              ├─► messagebatch.MessageBatchRoutes        Anthropic's batches
 *                              │         │ a file, then a batch
 *                              └─► batch.BatchRoutes ───► submission.Submitter
 *                                  status: results.StoredResults │ topic of submissions
 *                                                            ▼
 *                                           publish.PublishingLoop ─► request topic
 * </pre>
 *
 * <table>
 * <caption>Where to change what</caption>
 * <tr><th>To change</th><th>start at</th></tr>
 * <tr><td>a path, or the form of an error</td>
 *     <td>{@link dev.millrace.gateway.http.HttpRoute}, {@link dev.millrace.gateway.http.ApiStyle}</td></tr>
 * <tr><td>the status and code of a failed job</td>
 *     <td>{@link dev.millrace.gateway.answer.JobErrors}</td></tr>
 * <tr><td>how a call becomes a line of the request topic, or an express job</td>
 *     <td>{@link dev.millrace.gateway.job.JobClient}, {@code JobLine}, {@code ExpressLane}</td></tr>
 * <tr><td>the events of a streamed answer</td>
 *     <td>{@code stream.form.StreamForm}, one class for each API</td></tr>
 * <tr><td>a status or field of a batch</td>
 *     <td>{@link dev.millrace.gateway.batch.BatchState}, {@code BatchJson};
 *     for clients of Anthropic {@code messagebatch.MessageBatchJson}</td></tr>
 * <tr><td>the checks of an input file</td>
 *     <td>{@link dev.millrace.gateway.submission.LineCheck}</td></tr>
 * <tr><td>how lines are published, and what a killed gateway leaves</td>
 *     <td>{@link dev.millrace.gateway.publish}</td></tr>
 * <tr><td>the storage of files</td>
 *     <td>{@link dev.millrace.gateway.store.FileStore}</td></tr>
 * <tr><td>which requests repeat an earlier one</td>
 *     <td>{@link dev.millrace.gateway.repeat.RepeatedRequests}; of calls {@code job.JobIdentity}</td></tr>
 * <tr><td>which compressed bodies are read</td>
 *     <td>{@link dev.millrace.gateway.http.ContentCoding}</td></tr>
 * <tr><td>which headers a provider gets</td>
 *     <td>{@link dev.millrace.gateway.answer.ProviderHeaders}</td></tr>
 * <tr><td>which web pages are answered</td>
 *     <td>{@link dev.millrace.gateway.http.CorsRules}</td></tr>
 * <tr><td>what a key permits</td>
 *     <td>{@code key.KeyLimits}</td></tr>
 * <tr><td>limits of connections, headers and slow clients</td>
 *     <td>{@link dev.millrace.gateway.server.ServerSetup}</td></tr>
 * </table>
 *
 * <p>The packages; routes are at the top, and {@code store}, {@code access}, {@code figures},
 * {@code connection}, {@code tenant} and {@code serving} know no other package of the module:
 *
 * <ul>
 *   <li>{@code server}, {@code connection} limits of the web server; clients that disconnect
 *   <li>{@code http} routes, callers, errors
 *   <li>{@code key}, {@code access} who may do what, by which API key
 *   <li>{@code answer}, {@code stream} single calls, and their tokens as they arrive
 *   <li>{@code async} jobs that nobody waits for
 *   <li>{@code job} publishes one job and awaits its result
 *   <li>{@code file}, {@code store} uploads, and where they are kept
 *   <li>{@code batch}, {@code messagebatch} batches of OpenAI and of Anthropic
 *   <li>{@code estimate}, {@code submission}, {@code publish} a batch is checked, accepted,
 *       published
 *   <li>{@code results}, {@code figures} read the sink's database: results of batches, sums of
 *       usage
 *   <li>{@code serving} which services run, why jobs wait
 *   <li>{@code tenant} divides what tenants share
 *   <li>{@code repeat} requests sent again
 *   <li>{@code usage}, {@code dashboard} the usage API and its page
 *   <li>{@code erasure} forgets a tenant's files
 * </ul>
 */
@NullMarked
package dev.millrace.gateway;

import org.jspecify.annotations.NullMarked;
