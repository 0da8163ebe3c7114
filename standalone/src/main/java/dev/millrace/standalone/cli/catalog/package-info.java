/** The commands on models and prices. Runs on the main thread. Depends on {@code catalog}. */
@NullMarked
package dev.millrace.standalone.cli.catalog;

import org.jspecify.annotations.NullMarked;
