/** Tests of timestamps and partitions of records. */
@NullMarked
package dev.millrace.router.records;

import org.jspecify.annotations.NullMarked;
