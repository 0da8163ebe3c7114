/** Tests of reading YAML into records. */
@NullMarked
package dev.millrace.contracts.yaml;

import org.jspecify.annotations.NullMarked;
