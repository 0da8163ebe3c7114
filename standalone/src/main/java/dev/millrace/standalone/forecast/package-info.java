/**
 * What would become of batch files: which model each job would get, what it would cost, what would
 * be refused. The router's own rules and estimates; no call, no broker. One thread.
 */
@NullMarked
package dev.millrace.standalone.forecast;

import org.jspecify.annotations.NullMarked;
