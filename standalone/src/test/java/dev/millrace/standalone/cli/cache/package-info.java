@NullMarked
package dev.millrace.standalone.cli.cache;

import org.jspecify.annotations.NullMarked;
