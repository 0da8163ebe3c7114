/**
 * {@code millrace run}: one batch of files through an embedded pipeline. Scan, publish, wait,
 * export, sum up; the main thread does one after the other while the pipeline's threads work.
 */
@NullMarked
package dev.millrace.standalone.run;

import org.jspecify.annotations.NullMarked;
