@NullMarked
package dev.millrace.standalone.cli.batch;

import org.jspecify.annotations.NullMarked;
