import java.io.FileInputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types.NestedField;

/** Prints each row of the table of a connector, as NAME=VALUE separated by tabs. */
public class PrintTable {
    private static final String CATALOG = "iceberg.catalog.";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:(\\w+)}");

    public static void main(String[] arguments) throws Exception {
        var connector = new Properties();
        try (var file = new FileInputStream(arguments[0])) {
            connector.load(file);
        }
        Map<String, String> settings = new HashMap<>();
        for (String key : connector.stringPropertyNames()) {
            if (key.startsWith(CATALOG)) {
                settings.put(key.substring(CATALOG.length()), resolved(connector.getProperty(key)));
            }
        }
        settings.remove("type");
        try (var catalog = new JdbcCatalog()) {
            catalog.initialize("iceberg", settings);
            var table =
                    catalog.loadTable(
                            TableIdentifier.parse(connector.getProperty("iceberg.tables")));
            try (var rows = IcebergGenerics.read(table).build()) {
                for (Record row : rows) {
                    System.out.println(line(row));
                }
            }
        }
    }

    private static String line(Record row) {
        var line = new StringBuilder();
        for (NestedField field : row.struct().fields()) {
            line.append(field.name()).append('=').append(row.getField(field.name())).append('\t');
        }
        return line.toString();
    }

    private static String resolved(String value) {
        return VARIABLE.matcher(value).replaceAll(it -> System.getenv(it.group(1)));
    }
}
