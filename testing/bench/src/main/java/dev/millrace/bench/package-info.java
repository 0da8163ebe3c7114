/**
 * {@code millrace bench}: measurements of the whole system. Each command starts Millrace in
 * separate processes, so that it measures what users run. Everything runs on the main thread.
 *
 * <ul>
 *   <li>{@code start} time to the first result
 *   <li>{@code load} throughput, and the bill
 *   <li>{@code router} the router beside a copying topology
 *   <li>{@code quota} use of a shared limit
 *   <li>{@code gateway} what the gateway adds
 *   <li>{@code economy} what routing and caches save
 *   <li>{@code deadlines} what waiting saves
 *   <li>{@code torture} a harmed cluster
 *   <li>{@code cluster}, {@code process} broker and processes of measurements
 *   <li>{@code figures}, {@code measurement} figures, options and reports
 * </ul>
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
