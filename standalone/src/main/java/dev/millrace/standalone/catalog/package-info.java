/**
 * {@code millrace catalog}: how old prices are, how they differ from a price list, and models as
 * entries of a configuration. Pure functions, and the commands on the main thread.
 */
@NullMarked
package dev.millrace.standalone.catalog;

import org.jspecify.annotations.NullMarked;
