/**
 * Commands that inspect or control a running pipeline: topics, rights, pauses, cancellations,
 * breakers, cached answers, budgets.
 */
@NullMarked
package dev.millrace.standalone.cli.cluster;

import org.jspecify.annotations.NullMarked;
