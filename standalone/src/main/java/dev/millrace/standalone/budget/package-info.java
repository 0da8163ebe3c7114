/**
 * {@code millrace budget}: what tenants, batches and keys may spend and have spent. Runs on the
 * command's thread.
 */
@NullMarked
package dev.millrace.standalone.budget;

import org.jspecify.annotations.NullMarked;
